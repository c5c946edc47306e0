// Light or dark, as the system has it until the reader chooses; and menus that close.
(() => {
  "use strict";
  const root = document.documentElement;
  const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("button.theme"));
  /** @type {NodeListOf<HTMLDetailsElement>} */
  const menus = document.querySelectorAll("details.menu");

  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const theme = root.dataset.theme === "dark" ? "light" : "dark";
      root.dataset.theme = theme;
      try {
        localStorage.setItem("theme", theme);
      } catch {
        // A frame that keeps the page apart refuses storage: the choice lasts as long as the page.
      }
    });
  }

  addEventListener("click", ({ target }) => {
    for (const menu of menus) {
      if (menu.open && target instanceof Node && !menu.querySelector("summary")?.contains(target)) menu.open = false;
    }
  });
  addEventListener("keydown", ({ key }) => {
    for (const menu of menus) {
      if (key !== "Escape" || !menu.open) continue;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
})();

// Search is loaded when it is first asked for, and on its own page at once.
(() => {
  "use strict";
  const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);
  let asked = false;
  /** @param {() => void} then */
  function load(then) {
    asked = true;
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = new URL("search.css", src).href;
    const script = document.createElement("script");
    script.src = new URL("search.js", src).href;
    script.onload = then;
    document.head.append(style, script);
  }
  /** @type {function(MouseEvent | KeyboardEvent): void} */
  const ask = (event) => {
    const keys = "key" in event && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    const link = event.type === "click" && event.target instanceof Element && event.target.closest("[data-search]");
    if (asked || !(keys || link)) return;
    event.preventDefault();
    load(() => /** @type {HTMLElement | null} */ (document.querySelector("[data-search]"))?.click());
  };
  addEventListener("click", ask);
  addEventListener("keydown", ask);
  if (document.querySelector("[data-search-page]")) load(() => {});
})();

// The rail marks the section that is read; where it lies above the text it begins folded.
(() => {
  "use strict";
  const rail = document.querySelector("nav.rail");
  const fold = /** @type {HTMLDetailsElement | null} */ (document.querySelector("nav.rail details"));
  if (!rail || !fold) return;
  const narrow = matchMedia("(max-width: 1159.9px)");
  const settle = () => {
    fold.open = !narrow.matches;
  };
  settle();
  narrow.addEventListener("change", settle);

  /** @type {Map<Element, HTMLAnchorElement>} */
  const links = new Map();
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const anchors = rail.querySelectorAll("a[href^='#']");
  for (const link of anchors) {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (section) links.set(section, link);
  }
  /** @type {HTMLAnchorElement | undefined} */
  let marked;
  const mark = () => {
    let now;
    for (const [section, link] of links) if (section.getBoundingClientRect().top < 120) now = link;
    if (now === marked) return;
    marked?.removeAttribute("aria-current");
    now?.setAttribute("aria-current", "true");
    marked = now;
  };
  // A heading that comes or goes at the top changes the mark; scrolling itself costs nothing.
  const watch = new IntersectionObserver(mark, { rootMargin: "-110px 0px 0px 0px" });
  for (const section of links.keys()) watch.observe(section);
})();

// Boxes that scroll sideways can be reached and scrolled with the keyboard.
(() => {
  "use strict";
  const SCROLLING = "div.math, div.highlight pre, .table-box, .output pre";

  function wrapTables() {
    for (const table of document.querySelectorAll("main table")) {
      if (table.closest(".table-box, dmf-explorable")) continue;
      const box = document.createElement("div");
      box.className = "table-box";
      table.replaceWith(box);
      box.append(table);
    }
  }

  function markScrolling() {
    /** @type {NodeListOf<HTMLElement>} */
    const boxes = document.querySelectorAll(SCROLLING);
    for (const box of boxes) {
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
  /** @type {string | undefined} */
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
  });

  document.addEventListener("click", (event) => {
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
  });
})();
