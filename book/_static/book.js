// Boxes that scroll sideways can be reached and scrolled with the keyboard.
(() => {
  "use strict";
  const SCROLLING = "div.math, mjx-container[display], div.highlight pre, .table-box, .output pre, .pst-scrollable-table-container";

  function wrapTables() {
    for (const table of document.querySelectorAll(".bd-article table")) {
      if (table.closest(".table-box, .pst-scrollable-table-container, dmf-explorable")) continue;
      const box = document.createElement("div");
      box.className = "table-box";
      table.replaceWith(box);
      box.append(table);
    }
  }

  function markScrolling() {
    for (const box of document.querySelectorAll(SCROLLING)) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else if (box.tabIndex === 0) box.removeAttribute("tabindex");
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    wrapTables();
    markScrolling();
    for (const event of ["load", "typeset", "resize"]) window.addEventListener(event, markScrolling);
    // What is folded has no width until it is opened.
    document.addEventListener("toggle", markScrolling, true);
  });
})();

// On paper every page is light, whatever theme the reader looks at.
(() => {
  "use strict";
  const { dataset } = document.documentElement;
  let theme;
  addEventListener("beforeprint", () => {
    theme = dataset.theme;
    dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    dataset.theme = theme;
  });
})();
