/**
 * Brings one explorable to life: sliders, settings, play, picking in the picture, readouts.
 * The markup is complete before this runs; here it is only wired and filled.
 */
(function () {
  "use strict";
  const dmfbook = (globalThis.dmfbook = globalThis.dmfbook || {});
  /** A slider with more steps than this plays several at a time. */
  const POSITIONS = 400;

  /** Where a value stands on its native range input, which counts steps from 0. */
  const positions = (slider) =>
    slider.scale === "log"
      ? Math.round(Math.log10(slider.high / slider.low) / slider.step)
      : Math.round((slider.high - slider.low) / slider.step);
  const toPosition = (slider, value) =>
    slider.scale === "log"
      ? (positions(slider) * Math.log(value / slider.low)) / Math.log(slider.high / slider.low)
      : (positions(slider) * (value - slider.low)) / (slider.high - slider.low);
  function toValue(slider, position) {
    const last = positions(slider);
    if (position <= 0) return slider.low;
    if (position >= last) return slider.high;
    const value =
      slider.scale === "log"
        ? slider.low * Math.pow(slider.high / slider.low, position / last)
        : slider.low + position * slider.step;
    return Number(value.toPrecision(12));
  }

  /**
   * @param {HTMLElement} root an element with the markup that `static.py` wrote
   * @param {object} spec the specification
   * @param {Object<string, number[][]>} series the frames, or {}
   * @param {{onChange?: function(object): void}} [options]
   * @returns {object} the values, ways to change them, and what tests ask for
   */
  dmfbook.mount = function (root, spec, series, options = {}) {
    const program = dmfbook.program(spec, series);
    const all = (selector) => Array.from(root.querySelectorAll(selector));
    const plots = all(".dmf-plot");
    const inputs = all(".dmf-slider input");
    const outputs = inputs.map((input) => input.closest(".dmf-slider").querySelector("output"));
    const entries = all(".dmf-legend [data-mark]");
    const answers = all(".dmf-readouts dd");
    const declared = Object.fromEntries(spec.sliders.map((s) => [s.name, s.value]));
    let values = { ...declared };
    let drawn = [];
    let widths = [];
    let shownTexts = [];
    let speaking = 0;
    let spoken = null;
    let playing = null;

    function draw() {
      const scene = program.scene(values);
      drawn = plots.map((plot, i) =>
        dmfbook.drawPanel(plot, spec.panels[i], scene.panels[i], widths[i]),
      );
      entries.forEach((item) => {
        const [panel, mark] = item.dataset.mark.split(",").map(Number);
        item.classList.toggle("dmf-absent", Boolean(scene.panels[panel].marks[mark].hidden));
      });
      showSliders();
      showReadouts(scene);
      return scene;
    }

    function showSliders() {
      inputs.forEach((input, i) => {
        const slider = spec.sliders[Number(input.dataset.slider)];
        const text = dmfbook.format(values[slider.name], 4);
        const position = String(Math.round(toPosition(slider, values[slider.name])));
        if (input.value !== position) input.value = position;
        if (outputs[i].textContent === text && input.hasAttribute("aria-valuetext")) return;
        input.setAttribute("aria-valuetext", text);
        outputs[i].textContent = text;
      });
    }

    function showReadouts(scene) {
      const texts = scene.readouts.map((shown, i) => {
        if (shown.html !== undefined) return shown.html;
        return dmfbook.format(shown.value, spec.readouts[i].digits);
      });
      answers.forEach((cell, i) => {
        if (shownTexts[i] !== texts[i]) cell.innerHTML = texts[i];
      });
      shownTexts = texts;
      // Screen readers hear the readouts once the slider rests, not at every pixel, and not on opening.
      clearTimeout(speaking);
      speaking = setTimeout(() => {
        const words = all(".dmf-readouts > div")
          .map((row) => [...row.children].map((part) => part.textContent.trim()).join(": "))
          .join("; ");
        if (spoken !== null && spoken !== words) root.querySelector(".dmf-live").textContent = words;
        spoken = words;
        plots.forEach((plot) => {
          const svg = plot.querySelector("svg");
          svg.setAttribute("aria-label", `${svg.dataset.title}. ${words}`);
        });
        if (root.querySelector("details[open] table")) tabulate(scene);
      }, 350);
    }

    /** The numbers of the picture: sliders, readouts, and a few of each named mark. */
    function tabulate(scene) {
      const rows = spec.sliders.map((s) => [s.label, dmfbook.format(values[s.name], 6)]);
      all(".dmf-readouts > div").forEach((row) =>
        rows.push([row.querySelector("dt").textContent, row.querySelector("dd").textContent]),
      );
      entries.forEach((item) => {
        const [panel, index] = item.dataset.mark.split(",").map(Number);
        const mark = scene.panels[panel].marks[index];
        if (!mark.hidden) rows.push([item.textContent.trim(), sample(mark)]);
      });
      const body = root.querySelector("details tbody");
      body.replaceChildren(
        ...rows.map(([name, text]) => {
          const row = document.createElement("tr");
          const head = document.createElement("th");
          head.scope = "row";
          head.textContent = name;
          const cell = document.createElement("td");
          cell.textContent = text;
          row.append(head, cell);
          return row;
        }),
      );
    }

    function set(changes) {
      values = { ...values, ...changes };
      draw();
      if (options.onChange) options.onChange(values);
    }

    function stop() {
      if (playing === null) return;
      clearInterval(playing.timer);
      playing.button.setAttribute("aria-pressed", "false");
      playing.button.textContent = playing.sign;
      playing = null;
    }

    function play(button, slider) {
      stop();
      if (values[slider.name] >= slider.high) set({ [slider.name]: slider.low });
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        set({ [slider.name]: slider.high });
        return;
      }
      const stride = Math.max(1, Math.round(positions(slider) / POSITIONS));
      const pause = Math.max(16, Math.min(350, 5000 / positions(slider)));
      const timer = setInterval(() => {
        advance(slider, stride);
        if (values[slider.name] >= slider.high) stop();
      }, pause);
      playing = { timer, button, sign: button.textContent };
      button.setAttribute("aria-pressed", "true");
      button.textContent = "■";
    }

    function advance(slider, steps) {
      const position = Math.round(toPosition(slider, values[slider.name])) + steps;
      set({ [slider.name]: toValue(slider, position) });
    }

    inputs.forEach((input) => {
      const slider = spec.sliders[Number(input.dataset.slider)];
      input.max = String(positions(slider));
      input.addEventListener("input", () => {
        stop();
        set({ [slider.name]: toValue(slider, Number(input.value)) });
      });
    });
    all("button[data-play]").forEach((button) =>
      button.addEventListener("click", () => {
        const slider = spec.sliders[Number(button.dataset.play)];
        if (playing && playing.button === button) stop();
        else play(button, slider);
      }),
    );
    all("button[data-step]").forEach((button) =>
      button.addEventListener("click", () => {
        stop();
        advance(spec.sliders[Number(button.dataset.step)], 1);
      }),
    );
    all("button[data-setting]").forEach((button) =>
      button.addEventListener("click", () => {
        stop();
        set(button.dataset.setting ? program.setting(button.dataset.setting, values) : declared);
      }),
    );
    root.querySelector("details").addEventListener("toggle", () => tabulate(program.scene(values)));

    plots.forEach((plot, i) => {
      const { pick } = spec.panels[i];
      if (!pick) return;
      const chosen = pick.map((name) => spec.sliders.find((s) => s.name === name));
      const choose = (event) => {
        const box = plot.getBoundingClientRect();
        const at = drawn[i].from(event.clientX - box.left, event.clientY - box.top);
        // Four digits: those that stand beside the slider, and finer than a pixel.
        const picked = chosen.map((s, k) => [s.name, dmfbook.clamp(s, Number(at[k].toPrecision(4)))]);
        stop();
        set(Object.fromEntries(picked));
      };
      // A finger that moves scrolls the page, and picks by a tap.
      const drags = (event) => event.pointerType !== "touch" && event.buttons === 1;
      plot.classList.add("dmf-pick");
      plot.addEventListener("click", choose);
      // A drag of selected text would take the pointer away.
      plot.addEventListener("dragstart", (event) => event.preventDefault());
      plot.addEventListener("pointerdown", (event) => {
        if (drags(event)) plot.setPointerCapture(event.pointerId);
      });
      plot.addEventListener("pointermove", (event) => {
        if (drags(event) && plot.hasPointerCapture(event.pointerId)) choose(event);
      });
    });

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
        set(Object.fromEntries(known.map((s) => [s.name, dmfbook.clamp(s, changes[s.name])])));
      },
      /** Go to a state from the declared one, so that a link leads to the same picture always. */
      recall(setting, changes) {
        stop();
        values = { ...declared };
        if (setting) values = program.setting(setting, values);
        this.set(changes);
      },
      scene: (at) => program.scene({ ...values, ...at }),
      setting: (name, at) => program.setting(name, { ...values, ...at }),
      destroy() {
        stop();
        clearTimeout(speaking);
        observer.disconnect();
        theme.disconnect();
      },
    };
  };

  /** A few numbers of a mark, for the table. */
  function sample(mark) {
    const short = (x) => dmfbook.format(x, 4);
    const some = (list, n) =>
      list.length <= n
        ? list.map((_, i) => i)
        : Array.from({ length: n }, (_, i) => Math.round((i * (list.length - 1)) / (n - 1)));
    if (mark.heights) return some(mark.heights, 12).map((i) => short(mark.heights[i])).join(", ");
    if (mark.lower) return some(mark.x, 5).map((i) => `${short(mark.x[i])}: ${short(mark.lower[i])} to ${short(mark.upper[i])}`).join("; ");
    if (Array.isArray(mark.x)) return some(mark.x, 7).map((i) => `(${short(mark.x[i])}, ${short(mark.y[i])})`).join(", ");
    if (mark.x0) return some(mark.x0, 5).map((i) => `(${short(mark.x0[i])}, ${short(mark.y0[i])}) to (${short(mark.x1[i])}, ${short(mark.y1[i])})`).join("; ");
    if (mark.x !== undefined) return `x = ${short(mark.x)}`;
    if (mark.y !== undefined) return `y = ${short(mark.y)}`;
    return some(mark.value, 16).map((i) => short(mark.value[i])).join(", ");
  }
})();
