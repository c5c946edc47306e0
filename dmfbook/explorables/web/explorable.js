/**
 * One explorable, alive: its values, and the parts that show and move them. The markup is complete
 * before this runs.
 */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";

  /** @type {Dmfbook["find"]} */
  dmfbook.find = function (root, selector) {
    const found = root.querySelector(selector);
    if (!found) throw new Error(`the markup of an explorable has no ${selector}`);
    return /** @type {HTMLElement} */ (found);
  };

  /** @type {Dmfbook["mount"]} */
  dmfbook.mount = function (root, spec, series, options = {}) {
    const program = dmfbook.program(spec, series);
    /** @type {HTMLElement[]} */
    const plots = Array.from(root.querySelectorAll(".dmf-plot"));
    /** @type {HTMLElement[]} */
    const entries = Array.from(root.querySelectorAll(".dmf-legend [data-mark]"));
    /** @type {Values} */
    const declared = Object.fromEntries(spec.sliders.map((s) => [s.name, s.value]));
    let values = { ...declared };
    /** @type {number[]} */
    let widths = [];

    /** @type {Steering} */
    const steering = {
      get values() {
        return values;
      },
      set(changes) {
        values = { ...values, ...changes };
        draw();
        if (options.onChange) options.onChange(values);
      },
      stop: () => controls.stop(),
      choose(setting) {
        // From the declared state, so that a button leads to the same picture always.
        steering.set(setting ? program.setting(setting, declared) : declared);
      },
    };
    const controls = dmfbook.controls(root, spec, steering);
    const readouts = dmfbook.readouts(root, spec, () => ({ values, scene: program.scene(values) }));
    const handles = dmfbook.dragging(plots, spec, program, steering);

    function draw() {
      const scene = program.scene(values);
      const drawn = plots.map((plot, i) =>
        dmfbook.drawPanel(plot, spec.panels[i], scene.panels[i], widths[i]),
      );
      for (const entry of entries) {
        const [panel, mark] = (entry.dataset.mark || "").split(",").map(Number);
        entry.classList.toggle("dmf-absent", Boolean(scene.panels[panel].marks[mark].hidden));
      }
      handles.show(scene, drawn);
      controls.show(values);
      readouts.show(scene);
    }

    function fit() {
      const now = plots.map((plot) => Math.max(plot.clientWidth, 200));
      if (now.every((width, i) => width === widths[i])) return;
      widths = now;
      draw();
    }

    fit();
    const observer = new ResizeObserver(fit);
    plots.forEach((plot) => observer.observe(plot));
    const theme = new MutationObserver(() => {
      dmfbook.forgetTints();
      draw();
    });
    // The book writes its theme on the root, JupyterLab on the body.
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });

    return {
      get values() {
        return { ...values };
      },
      set(changes) {
        const known = spec.sliders.filter((s) => Number.isFinite(changes[s.name]));
        steering.set(
          Object.fromEntries(known.map((s) => [s.name, dmfbook.clamp(s, changes[s.name])])),
        );
      },
      /** Go to a state from the declared one, so that a link leads to the same picture always. */
      recall(setting, changes) {
        controls.stop();
        values = { ...declared };
        if (setting) values = program.setting(setting, values);
        this.set(changes);
      },
      scene: (at) => program.scene({ ...values, ...at }),
      setting: (name, at) => program.setting(name, { ...values, ...at }),
      destroy() {
        controls.stop();
        readouts.close();
        observer.disconnect();
        theme.disconnect();
      },
    };
  };
})();
