/** Choosing a place in a picture by a click, a tap or a drag. */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";

  /** @type {Dmfbook["picking"]} */
  dmfbook.picking = function (plot, choose) {
    /** @param {MouseEvent} event */
    const at = (event) => {
      const box = plot.getBoundingClientRect();
      choose(event.clientX - box.left, event.clientY - box.top);
    };
    /**
     * A finger that moves scrolls the page, and picks by a tap.
     * @param {PointerEvent} event
     */
    const drags = (event) => event.pointerType !== "touch" && event.buttons === 1;
    plot.classList.add("dmf-pick");
    plot.addEventListener("click", at);
    // A drag of selected text would take the pointer away.
    plot.addEventListener("dragstart", (event) => event.preventDefault());
    plot.addEventListener("pointerdown", (event) => {
      if (drags(event)) plot.setPointerCapture(event.pointerId);
    });
    plot.addEventListener("pointermove", (event) => {
      if (drags(event) && plot.hasPointerCapture(event.pointerId)) at(event);
    });
  };
})();
