/** The picture of the live widget, joined by `forms/widget.py` to the scripts that it needs. */

/** @param {{model: WidgetModel, el: HTMLElement}} view */
function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "dmf-explorable";
  root.innerHTML = model.get("markup");
  el.append(root);
  const spec = JSON.parse(model.get("specification"));
  const explorable = dmfbook.mount(root, spec, JSON.parse(model.get("series")), {
    onChange(values) {
      if (JSON.stringify(values) === JSON.stringify(model.get("values"))) return;
      model.set("values", values);
      model.save_changes();
    },
  });
  explorable.set(model.get("values"));
  const follow = () => explorable.set(model.get("values"));
  model.on("change:values", follow);
  return () => {
    model.off("change:values", follow);
    explorable.destroy();
  };
}
export default { render };
