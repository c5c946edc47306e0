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
  if (!document.querySelector("[data-search]")) return; // a page that stands alone
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

  // To ask what is folded for its width would lay it out, and to write between two questions the page.
  function markScrolling() {
    /** @type {NodeListOf<HTMLElement>} */
    const found = document.querySelectorAll(SCROLLING);
    const boxes = [...found].filter((box) => !box.closest("details:not([open])"));
    const scrolling = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
    boxes.forEach((box, index) => {
      if (scrolling[index] === (box.tabIndex === 0)) return;
      if (scrolling[index]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    wrapTables();
    markScrolling();
    for (const event of ["load", "resize"]) window.addEventListener(event, markScrolling);
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

// The sources of formulas are loaded when something is first selected or pressed.
(() => {
  "use strict";
  const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);
  /** @type {Element | null | undefined} */
  let pressed;
  const load = () => {
    for (const event of ["selectionchange", "pointerdown"]) document.removeEventListener(event, load);
    const script = document.createElement("script");
    script.src = new URL("formulas.js", src).href;
    script.dataset.sources = document.documentElement.dataset.formulas;
    // A display that was pressed meanwhile is pressed again.
    script.addEventListener("sources", () => {
      document.removeEventListener("click", note);
      if (pressed instanceof HTMLElement && pressed.isConnected) pressed.click();
    });
    document.head.append(script);
  };
  /** @param {MouseEvent} event */
  const note = ({ target }) => {
    pressed = target instanceof Element ? target.closest("div.math") : null;
  };
  if (!document.documentElement.dataset.formulas) return;
  for (const event of ["selectionchange", "pointerdown"]) document.addEventListener(event, load);
  document.addEventListener("click", note);
})();
