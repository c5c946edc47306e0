// Typesets the formulas that the reader sees first, shows the page, and then typesets the others.
(() => {
  "use strict";
  const AT_ONCE = 60;
  const root = document.documentElement;

  /**
   * Whether a formula is in view or close to it; in a table all are, as they share the widths of columns.
   * @param {Element} box
   */
  function isNear(box) {
    const { top, bottom } = (box.closest("table") ?? box).getBoundingClientRect();
    return bottom > -innerHeight / 2 && top < 1.5 * innerHeight;
  }

  /** What a browser takes for the name: percent signs that encode nothing stay. */
  function decoded(name) {
    try {
      return decodeURIComponent(name);
    } catch {
      return name;
    }
  }

  /** The heading, formula or explorable that the address names, if the reader went nowhere else. */
  function returnToAnchor() {
    const anchor = document.getElementById(decoded(location.hash.slice(1).split("?")[0]));
    if (anchor && Math.abs(anchor.getBoundingClientRect().top) > 1) anchor.scrollIntoView({ behavior: "instant" });
  }

  /** Let the browser paint and answer the reader. */
  const pause = () => new Promise((done) => setTimeout(done));

  async function typeset() {
    let moved = false;
    for (const event of ["wheel", "touchmove", "keydown", "pointerdown"])
      addEventListener(event, () => { moved = true; }, { once: true, passive: true });
    let waiting = [...document.querySelectorAll(".math")].filter((box) => !box.parentElement?.closest(".math"));
    if (waiting.length) await window.MathJax.startup.promise;
    for (;;) {
      if (!moved) returnToAnchor();
      const near = waiting.filter(isNear);
      if (!near.length) break;
      await window.MathJax.typesetPromise(near);
      waiting = waiting.filter((box) => !near.includes(box));
    }
    root.dataset.typeset = "first";
    while (waiting.length) {
      await pause();
      await window.MathJax.typesetPromise(waiting.splice(0, AT_ONCE));
      if (!moved) returnToAnchor();
    }
    root.dataset.typeset = "all";
    dispatchEvent(new Event("typeset"));
  }

  typeset().catch((reason) => {
    root.dataset.typeset = "failed";
    throw reason;
  });
})();
