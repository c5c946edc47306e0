/**
 * Handles: what in a picture is dragged, by mouse, pen or finger, and moves its sliders.
 *
 * Sliders are what the keyboard and a screen reader use, so handles are hidden from both. No inverse
 * is declared: of the places at which the sliders can stand, the one is sought that brings the handle
 * nearest to the pointer.
 */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";

  /** @typedef {{panel: number, mark: number, spec: MarkSpec, sliders: SliderSpec[], element: HTMLElement}} Handle */

  /** At how many places of a slider, or of each of two, the search begins. */
  const COARSE = [33, 7];
  /** How near, in pixels, a handle comes to a value before it clings to it. */
  const CLING = 7;
  const CHEVRONS = "M-13,-4.5l-4.5,4.5l4.5,4.5M13,-4.5l4.5,4.5l-4.5,4.5";
  /** Whether the reader has dragged something on this page: then no word says it. */
  let known = false;

  /** @type {Dmfbook["dragging"]} */
  dmfbook.dragging = function (plots, spec, program, steering) {
    /** @type {Frame[]} */
    let frames = [];
    /**
     * What is dragged, from where, and in which frame: axes that follow the sliders stay as they were
     * when it was grabbed, or a handle would flee from the pointer, or outrun it.
     * @type {{handle: Handle, pointer: number, dx: number, dy: number, frame: Frame} | null}
     */
    let held = null;
    /** @type {Handle[]} */
    const handles = spec.panels.flatMap(({ marks }, panel) =>
      marks.flatMap((its, mark) => {
        const sliders = (its.moves || []).flatMap((name) => spec.sliders.filter((s) => s.name === name));
        return sliders.length ? [{ panel, mark, spec: its, sliders, element: added(plots[panel]) }] : [];
      }),
    );
    const worded = handles[0];
    let settling = 0;
    if (worded && !known) worded.element.insertAdjacentHTML("beforeend", "<b>drag</b>");

    /**
     * Where a handle is in a frame, in pixels, at some values of the sliders.
     * @type {function(Handle, Values, Frame): [number, number]}
     */
    function placed(handle, values, frame) {
      const { hidden, x, y } = program.place(values, handle.panel, handle.mark);
      return hidden ? [NaN, NaN] : [frame.x.to(x[0]), frame.y.to(y[0])];
    }

    /**
     * The sliders' values that bring a handle nearest to a pixel.
     * @type {function(Handle, Frame, number, number): Values}
     */
    function nearest(handle, frame, px, py) {
      const { sliders } = handle;
      const now = steering.values;
      const ends = sliders.map(dmfbook.steps.count);
      /** @type {function(number[]): Values} */
      const values = (places) =>
        Object.fromEntries(sliders.map((s, k) => [s.name, dmfbook.steps.value(s, places[k])]));
      /** @type {function(Values): number} */
      const distance = (changes) => {
        const [x, y] = placed(handle, { ...now, ...changes }, frame);
        return Number.isFinite(x + y) ? Math.hypot(x - px, y - py) : Infinity;
      };
      const found = lowest(
        (places) => distance(values(places)),
        sliders.map((s) => Math.round(dmfbook.steps.place(s, now[s.name]))),
        ends,
      );
      return clung(handle, frame, values(found));
    }

    /**
     * The values, or those that the handle clings to.
     * @type {function(Handle, Frame, Values): Values}
     */
    function clung(handle, frame, values) {
      const now = steering.values;
      const [slider] = handle.sliders;
      const [x, y] = placed(handle, { ...now, ...values }, frame);
      const { snap = [] } = program.place(now, handle.panel, handle.mark);
      for (const value of snap) {
        if (!(value >= slider.low && value <= slider.high)) continue;
        const [sx, sy] = placed(handle, { ...now, [slider.name]: value }, frame);
        if (Math.hypot(sx - x, sy - y) <= CLING) return { [slider.name]: value };
      }
      return values;
    }

    /** @type {function(Handle, Frame, number, number): void} */
    function drag(handle, frame, px, py) {
      const { left, right, top, bottom } = frame.inner;
      const changes = nearest(
        handle,
        frame,
        Math.min(Math.max(px, left), right),
        Math.min(Math.max(py, top), bottom),
      );
      if (Object.entries(changes).every(([name, value]) => steering.values[name] === value)) return;
      forgetWords();
      steering.stop();
      steering.set(changes);
    }

    plots.forEach((plot, panel) => {
      const own = handles.filter((handle) => handle.panel === panel);
      if (!own.length) return;
      const free = own.filter((handle) => handle.sliders.length > 1);
      plot.classList.toggle("dmf-places", free.length > 0);
      /**
       * The pixel of the picture, which a page may show larger or smaller.
       * @type {function(MouseEvent): [number, number]}
       */
      const pixel = (event) => {
        const box = plot.getBoundingClientRect();
        const scale = frames[panel].width / box.width;
        return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
      };
      /** @type {function(Handle[], number, number): {handle: Handle, dx: number, dy: number}} */
      const closest = (some, px, py) =>
        some
          .map((handle) => {
            const [x, y] = placed(handle, steering.values, frames[panel]);
            return { handle, dx: x - px, dy: y - py };
          })
          .reduce((a, b) => (Math.hypot(a.dx, a.dy) < Math.hypot(b.dx, b.dy) ? a : b));
      let ended = false;

      plot.addEventListener("pointerdown", (event) => {
        ended = false;
        if (event.button !== 0 || held || !onHandle(event)) return;
        // No text is selected, and no other pointer takes over.
        event.preventDefault();
        plot.setPointerCapture(event.pointerId);
        const nearby = own.filter((handle) => !handle.element.hidden);
        const pointer = event.pointerId;
        held = { ...closest(nearby, ...pixel(event)), pointer, frame: frames[panel] };
        held.handle.element.classList.add("dmf-held");
        plot.classList.add("dmf-dragging");
      });
      plot.addEventListener("pointermove", (event) => {
        if (!held || held.pointer !== event.pointerId) return;
        const [px, py] = pixel(event);
        drag(held.handle, held.frame, px + held.dx, py + held.dy);
      });
      plot.addEventListener("lostpointercapture", () => {
        if (held) held.handle.element.classList.remove("dmf-held");
        plot.classList.remove("dmf-dragging");
        held = null;
        ended = true;
      });
      // Some browsers drag the picture as an image, and take the pointer away.
      plot.addEventListener("dragstart", (event) => event.preventDefault());
      plot.addEventListener("click", (event) => {
        const afterDrag = ended || onHandle(event);
        ended = false;
        // A handle that is not shown does not come, either.
        const shown = free.filter((handle) => !handle.element.hidden);
        if (!shown.length || afterDrag) return;
        const [px, py] = pixel(event);
        drag(closest(shown, px, py).handle, frames[panel], px, py);
      });
    });

    return {
      /** Put the handles where the picture has them. */
      show(scene, drawn) {
        // A surface has none, and no handles.
        frames = /** @type {Frame[]} */ (drawn);
        for (const handle of handles) {
          const numbers = scene.panels[handle.panel].marks[handle.mark];
          const { inner, x, y } = frames[handle.panel];
          const px = numbers.hidden ? NaN : x.to(numbers.x[0]);
          const py = numbers.hidden ? NaN : y.to(numbers.y[0]);
          const { element, sliders } = handle;
          element.hidden = !dmfbook.inside(inner, px, py);
          if (element.hidden) continue;
          // A transform moves it, because a new place would lay out the whole page again.
          element.style.transform = `translate(${px.toFixed(2)}px, ${py.toFixed(2)}px)`;
          if (sliders.length > 1) continue;
          const way = direction(handle, px, py);
          const chevrons = dmfbook.find(element, "g");
          if (Number.isFinite(way)) dmfbook.alter(chevrons, "transform", `rotate(${way.toFixed(1)})`);
          chevrons.toggleAttribute("hidden", !Number.isFinite(way));
        }
        if (!worded || worded.element.hidden || known) return;
        // At rest: to measure at every step of a slider would cost as much as the picture.
        clearTimeout(settling);
        if (settling) settling = window.setTimeout(findRoom, 150, worded.element);
        else settling = findRoom(worded.element);
      },
    };

    /**
     * The way along which a handle of one slider goes, in degrees; not a number where it rests.
     * @type {function(Handle, number, number): number}
     */
    function direction(handle, px, py) {
      const [slider] = handle.sliders;
      const last = dmfbook.steps.count(slider);
      const at = dmfbook.steps.place(slider, steering.values[slider.name]);
      for (const place of [Math.ceil(at + 0.5), Math.floor(at - 0.5)]) {
        if (place < 0 || place > last) continue;
        const value = dmfbook.steps.value(slider, place);
        const values = { ...steering.values, [slider.name]: value };
        const [x, y] = placed(handle, values, frames[handle.panel]);
        if (Math.hypot(x - px, y - py) > 0.01) return (Math.atan2(y - py, x - px) * 180) / Math.PI;
      }
      return NaN;
    }
  };

  /** @param {Event} event */
  const onHandle = ({ target }) => target instanceof Element && target.closest(".dmf-handle") !== null;

  /**
   * Add what is hit by a pointer: larger than the ring, which the picture draws.
   * @param {HTMLElement} plot
   */
  function added(plot) {
    const element = document.createElement("span");
    element.className = "dmf-handle";
    element.setAttribute("aria-hidden", "true");
    const paths = `<path d="${CHEVRONS}"/>`.repeat(2);
    element.innerHTML = `<svg viewBox="-22 -22 44 44"><g hidden>${paths}</g></svg>`;
    plot.append(element);
    return element;
  }

  /**
   * Put the word beside a handle where it covers no text and no other handle; else it is not shown.
   * @param {HTMLElement} element
   */
  function findRoom(element) {
    const word = element.querySelector("b");
    const plot = element.parentElement;
    if (!word || !plot) return 1;
    const box = plot.getBoundingClientRect();
    const others = [...plot.querySelectorAll("text, .dmf-word, .dmf-handle")]
      .filter((other) => other !== element)
      .map((other) => other.getBoundingClientRect());
    /** @param {string} side */
    const free = (side) => {
      element.dataset.word = side;
      const { left, right, top, bottom } = word.getBoundingClientRect();
      if (left < box.left || right > box.right || top < box.top || bottom > box.bottom) return false;
      return !others.some((t) => t.left < right && left < t.right && t.top < bottom && top < t.bottom);
    };
    if (!["right", "left", "above", "below"].some(free)) element.dataset.word = "none";
    return 1;
  }

  function forgetWords() {
    if (known) return;
    known = true;
    for (const word of document.querySelectorAll(".dmf-handle b")) word.remove();
  }

  /**
   * The place, in whole steps from 0 to the ends, at which a function is lowest: the lowest of a
   * coarse grid and of where it starts, and from there downhill by steps that halve.
   * @type {function((places: number[]) => number, number[], number[]): number[]}
   */
  function lowest(height, start, ends) {
    let best = start;
    let least = height(start);
    /** @param {number[]} places */
    const better = (places) => {
      const here = height(places);
      if (!(here < least)) return false;
      [best, least] = [places, here];
      return true;
    };
    const coarse = COARSE[ends.length - 1];
    const grid = ends.map((end) => {
      const length = Math.min(end + 1, coarse);
      return Array.from({ length }, (_, i) => Math.round((i * end) / (length - 1)));
    });
    for (const places of combined(grid)) better(places);
    const ways = combined(ends.map(() => [-1, 0, 1]));
    let steps = ends.map((end) => 2 ** Math.ceil(Math.log2(Math.max(end / (coarse - 1), 1))));
    for (;;) {
      const next = ways.find((way) =>
        better(best.map((at, k) => Math.min(Math.max(at + way[k] * steps[k], 0), ends[k]))),
      );
      if (next) continue;
      if (steps.every((step) => step === 1)) return best;
      steps = steps.map((step) => Math.max(1, step / 2));
    }
  }

  /** @type {function(number[][]): number[][]} */
  const combined = ([first, ...others]) =>
    others.length
      ? first.flatMap((a) => combined(others).map((rest) => [a, ...rest]))
      : first.map((a) => [a]);
})();
