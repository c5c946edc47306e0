// On the map, what a statement uses and what uses it stands out while one is at it.
(() => {
  "use strict";
  for (const plane of document.querySelectorAll(".map-plane")) {
    /** @param {Event} event */
    const ask = (event) => {
      const at = event.target instanceof Element ? event.target.closest("[data-node]") : null;
      const label = at?.getAttribute("data-node") ?? "";
      plane.classList.toggle("is-asked", at !== null);
      const near = new Set([label]);
      for (const edge of plane.querySelectorAll("[data-from]")) {
        const ends = [edge.getAttribute("data-from") ?? "", edge.getAttribute("data-to") ?? ""];
        const touches = at !== null && ends.includes(label);
        edge.classList.toggle("is-near", touches);
        if (touches) for (const end of ends) near.add(end);
      }
      for (const node of plane.querySelectorAll("[data-node]")) {
        node.classList.toggle("is-near", at !== null && near.has(node.getAttribute("data-node") ?? ""));
      }
    };
    for (const event of ["pointerover", "focusin"]) plane.addEventListener(event, ask);
    for (const event of ["pointerleave", "focusout"]) {
      plane.addEventListener(event, () => ask(new Event("none")));
    }
  }
})();
