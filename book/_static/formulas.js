// Formulas are copied as the TeX from which they were made, and a click on a display shows its TeX.
(() => {
  "use strict";
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  /** @param {Element} formula */
  const tex = (formula) => formula.querySelector("annotation")?.textContent ?? formula.textContent;

  // Each source goes to where it would stand if it did not weigh so much.
  function annotate() {
    const all = /** @type {{ bookFormulas?: string[] }} */ (globalThis).bookFormulas ?? [];
    const places = [...document.querySelectorAll("semantics:not(:has(annotation))")];
    const own = places.filter((place) => !place.closest(".preview"));
    own.forEach((place, i) => {
      const source = document.createElementNS("http://www.w3.org/1998/Math/MathML", "annotation");
      source.setAttribute("encoding", "application/x-tex");
      source.textContent = all[i] ?? "";
      place.append(source);
    });
  }

  /** @param {ClipboardEvent} event */
  function copy(event) {
    const selection = getSelection();
    if (!selection?.rangeCount || !event.clipboardData) return;
    const range = selection.getRangeAt(0).cloneRange();
    // A formula that is selected in part is copied as a whole.
    /** @param {Node} node */
    const whole = (node) => (node instanceof Element ? node : node.parentElement)?.closest("math");
    const [first, last] = [whole(range.startContainer), whole(range.endContainer)];
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const copied = range.cloneContents();
    // A display in one line stands in the page in rows, too: one of them is copied.
    for (const twin of copied.querySelectorAll("math.one-line + math")) twin.remove();
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
  }

  /** @param {MouseEvent} event */
  function show(event) {
    const target = event.target instanceof Element ? event.target : null;
    const display = target?.closest("div.math");
    const formula = display?.querySelector(":scope > math");
    if (!display || !formula || target?.closest("a") || String(getSelection())) return;
    if (display.nextElementSibling?.matches("pre.tex-source")) {
      display.nextElementSibling.remove();
      return;
    }
    const source = document.createElement("pre");
    source.className = "tex-source";
    source.textContent = tex(formula);
    display.after(source);
    getSelection()?.selectAllChildren(source);
  }

  function begin() {
    annotate();
    document.addEventListener("copy", copy);
    document.addEventListener("click", show);
    script.dispatchEvent(new Event("sources"));
  }
  if (script.dataset.alone) return begin(); // in a page as one file the sources stand in the formulas
  const sources = document.createElement("script");
  sources.src = new URL(`formulas/${script.dataset.sources}.js`, script.src).href;
  sources.addEventListener("load", begin);
  document.head.append(sources);
})();
