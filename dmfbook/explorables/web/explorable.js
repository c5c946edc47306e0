/**
 * One explorable, alive: its values, and the parts that show and move them. The markup is complete
 * before this runs.
 */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";
  const UNSEEN = 200;

  /** @type {Dmfbook["find"]} */
  dmfbook.find = function (root, selector) {
    const found = root.querySelector(selector);
    if (!found) throw new Error(`the markup of an explorable has no ${selector}`);
    return /** @type {HTMLElement} */ (found);
  };

  /** @type {Dmfbook["named"]} */
  dmfbook.named = (entry) => (entry.dataset.mark || "").split(" ").map((mark) => mark.split(",").map(Number));

  /**
   * The size in which a plot is drawn; one that is not laid out yet gets some size.
   * @param {HTMLElement} plot
   * @returns {Size}
   */
  const sizeOf = (plot) => ({ width: plot.clientWidth || UNSEEN, height: plot.clientHeight || UNSEEN });

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
    /** @type {Size[]} */
    let sizes = [];

    /** @type {function(Values): void} */
    const show = (changes) => {
      values = { ...values, ...changes };
      draw();
      if (options.onChange) options.onChange(values);
    };
    const glide = dmfbook.glide(spec.sliders, show);
    /** @type {Steering} */
    const steering = {
      get values() {
        return values;
      },
      set(changes) {
        glide.stop();
        show(changes);
      },
      stop: () => controls.stop(),
      choose(setting) {
        glide.to(values, reached(setting));
      },
    };
    /**
     * The values of a setting, from the declared state, so that it is the same picture always.
     * @type {function(string): Values}
     */
    const reached = (setting) => (setting ? program.setting(setting, declared) : declared);
    const controls = dmfbook.controls(root, spec, steering, reached);
    const readouts = dmfbook.readouts(root, spec, () => ({ values, scene: program.scene(values) }));
    const handles = dmfbook.dragging(plots, spec, program, steering);

    /** @type {function(Values): Values} */
    function accepted(changes) {
      const known = spec.sliders.filter((s) => Number.isFinite(changes[s.name]));
      return Object.fromEntries(known.map((s) => [s.name, dmfbook.clamp(s, changes[s.name])]));
    }

    function draw() {
      const scene = program.scene(values);
      const drawn = plots.map((plot, i) =>
        dmfbook.drawPanel(plot, spec.panels[i], scene.panels[i], sizes[i]),
      );
      for (const entry of entries) {
        const marks = dmfbook.named(entry).map(([panel, mark]) => scene.panels[panel].marks[mark]);
        entry.classList.toggle("dmf-absent", marks.every(({ hidden }) => hidden));
      }
      handles.show(scene, drawn);
      controls.show(values);
      readouts.show(scene);
    }

    function fit() {
      const now = plots.map(sizeOf);
      if (now.every(({ width, height }, i) => width === sizes[i]?.width && height === sizes[i].height)) return;
      sizes = now;
      // On paper a picture keeps the shape in which it was drawn.
      plots.forEach((plot, i) => plot.style.setProperty("--dmf-drawn", String(now[i].width / now[i].height)));
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
        steering.set(accepted(changes));
      },
      /** Go to a state from the declared one, so that a link leads to the same picture always. */
      recall(setting, changes, gliding = false) {
        controls.stop();
        const goal = { ...reached(setting || ""), ...accepted(changes) };
        if (gliding) glide.to(values, goal);
        else steering.set(goal);
      },
      scene: (at) => program.scene({ ...values, ...at }),
      setting: (name, at) => program.setting(name, { ...values, ...at }),
      destroy() {
        controls.stop();
        glide.stop();
        readouts.close();
        observer.disconnect();
        theme.disconnect();
      },
    };
  };
})();
