/** A short transition from one state to another, so that the eye can follow what changes. */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";
  const MILLISECONDS = 400;

  /**
   * The value of a slider part of the way: by ratios where its steps are ratios, and whole where they are.
   * @type {function(SliderSpec, number, number, number): number}
   */
  function between(slider, from, to, part) {
    if (part >= 1 || from === to) return to;
    if (slider.scale === "log") return from * Math.pow(to / from, part);
    const value = from + (to - from) * part;
    return slider.integer ? Math.round(value) : value;
  }

  /**
   * Slow at both ends.
   * @param {number} t
   */
  const eased = (t) => (t < 0.5 ? 4 * t * t * t : 1 - Math.pow(2 - 2 * t, 3) / 2);

  /** Whether pictures may not move by themselves, or nobody sees them. */
  const atOnce = () => document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** @type {Dmfbook["glide"]} */
  dmfbook.glide = function (sliders, show) {
    let frame = 0;

    function stop() {
      cancelAnimationFrame(frame);
      frame = 0;
    }

    return {
      stop,
      to(from, goal) {
        stop();
        if (atOnce() || sliders.every((s) => from[s.name] === goal[s.name])) {
          show(goal);
          return;
        }
        const start = performance.now();
        /** @param {number} now */
        const step = (now) => {
          const time = Math.min(Math.max((now - start) / MILLISECONDS, 0), 1);
          frame = time < 1 ? requestAnimationFrame(step) : 0;
          const part = eased(time);
          show(
            Object.fromEntries(
              sliders.map((s) => [s.name, between(s, from[s.name], goal[s.name], part)]),
            ),
          );
        };
        frame = requestAnimationFrame(step);
      },
    };
  };
})();
