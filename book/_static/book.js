// Boxes that scroll sideways can be reached and scrolled with the keyboard.
(() => {
  "use strict";
  const SCROLLING = "div.math, div.highlight pre, .table-box, .output pre, .pst-scrollable-table-container";

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
    for (const event of ["load", "resize"]) window.addEventListener(event, markScrolling);
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

// Formulas are copied as the TeX from which they were made, and a click on a display shows its TeX.
(() => {
  "use strict";
  /** @param {Element} formula */
  const tex = (formula) => formula.querySelector("annotation")?.textContent ?? formula.textContent;

  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (!selection?.rangeCount || !event.clipboardData) return;
    const range = selection.getRangeAt(0).cloneRange();
    // A formula that is selected in part is copied as a whole.
    const whole = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("math");
    const [first, last] = [whole(range.startContainer), whole(range.endContainer)];
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const copied = range.cloneContents();
    const formulas = copied.querySelectorAll("math");
    if (!formulas.length) return;
    for (const formula of formulas) {
      const sign = formula.getAttribute("display") === "block" ? "$$" : "$";
      formula.replaceWith(`${sign}${tex(formula)}${sign}`);
    }
    // Lines are broken as on the page only where the text is laid out.
    const box = document.createElement("div");
    box.style.cssText = "position: absolute; left: -9999px; width: 60em";
    box.append(copied);
    document.body.append(box);
    event.clipboardData.setData("text/plain", box.innerText);
    box.remove();
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const display = event.target instanceof Element ? event.target.closest("div.math") : null;
    const formula = display?.querySelector(":scope > math");
    if (!display || !formula || event.target.closest("a") || String(getSelection())) return;
    if (display.nextElementSibling?.matches("pre.tex-source")) {
      display.nextElementSibling.remove();
      return;
    }
    const source = document.createElement("pre");
    source.className = "tex-source";
    source.textContent = tex(formula);
    display.after(source);
    getSelection()?.selectAllChildren(source);
  });
})();
