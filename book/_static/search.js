// Search in the book: a dialog, or a form in the page for it. The index is loaded when one begins.
(() => {
  "use strict";
  /** @typedef {[page: number, anchor: string, kind: number, title: string, text: string, more?: string]} Row */
  /** @typedef {{ row: Row, head: string[], text: string[] }} Entry */
  /** @typedef {{ pages: string[], kinds: string[], greek: Record<string, string>, rows: Row[] }} Index */

  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const root = new URL("..", script.src);
  const MOST = 30;
  /** What a kind of entry is worth, when its title is found: pages, sections, statements and so on. */
  const WORTH = [9, 6, 8, 3, 4, 7, 2, 10];

  /** @type {Index | undefined} */
  let index;
  /** @type {Entry[]} */
  let entries = [];
  /** @type {Record<string, string>} */
  let names = {};
  let spelled = /(?!)/g;

  /** A text as it is compared: Latin letters, Greek ones spelled, no accents. @param {string} text */
  function fold(text) {
    const plain = text
      .replace(/[\u2080-\u2089]/g, (digit) => `_${digit.charCodeAt(0) - 0x2080}`)
      .toLowerCase()
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(/[\u03b1-\u03c9]/g, (letter) => names[letter] ?? letter);
    return plain.replace(/[\\${}]/g, "").replace(spelled, "$1_");
  }

  /** @param {string} text @returns {string[]} */
  const words = (text) => fold(text).match(/[a-z]+\d*(?:_[a-z0-9]+)*|\d+(?:\.\d+)*/g) ?? [];

  /** @type {Promise<void> | undefined} */
  let loading;
  const load = () =>
    (loading ??= new Promise((done, fail) => {
      const element = document.createElement("script");
      element.src = new URL("search-index.js", script.src).href;
      element.onerror = fail;
      element.onload = () => {
        index = /** @type {{ bookIndex?: Index }} */ (globalThis).bookIndex;
        if (!index) return fail();
        names = index.greek;
        spelled = new RegExp(`\\b(${Object.values(names).join("|")})(?=\\d)`, "g");
        entries = index.rows.map((row) => ({ row, head: words(`${row[3]} ${row[1]}`), text: words(`${row[4]} ${row[5] ?? ""}`) }));
        done();
      };
      document.head.append(element);
    }));

  /** How well a word is found: as a whole 2, as a beginning 1. @param {string} asked @param {string[]} among */
  function found(asked, among) {
    if (among.includes(asked)) return 2;
    return asked.length > 1 && among.some((word) => word.startsWith(asked)) ? 1 : 0;
  }

  /** The entries that hold all words, the best first. @param {string[]} asked */
  function search(asked) {
    const scored = [];
    for (const entry of entries) {
      let score = 0;
      for (const word of asked) {
        // A list of symbols has a letter for all indices: sigma_i for sigma_1.
        const head = found(word, entry.head) || (entry.row[2] === 7 && /_/.test(word) && found(word.replace(/_.*/, "_"), entry.head));
        const best = head ? 4 * head + WORTH[entry.row[2]] : found(word, entry.text);
        score = best && score >= 0 ? score + best : -1;
      }
      // Among equals those whose titles hold little else.
      if (score > 0) scored.push({ row: entry.row, score: score - entry.head.length / 5 });
    }
    return scored.sort((a, b) => b.score - a.score).map(({ row }) => row);
  }

  /** Put a text into an element, what stands in braces after _ and ^ below and above. @param {HTMLElement} at @param {string} text */
  function write(at, text) {
    for (const part of text.split(/([_^]\{[^}]*\})/)) {
      const moved = /^[_^]\{/.test(part) ? document.createElement(part[0] === "_" ? "sub" : "sup") : null;
      if (moved) moved.textContent = part.slice(2, -1);
      if (part) at.append(moved ?? part);
    }
    return at;
  }

  /** A text in which the words that were asked for stand out. @param {string} text @param {string[]} asked */
  function marked(text, asked) {
    const made = document.createElement("span");
    for (const part of text.split(/((?:[_^]\{[^}]*\}|[\p{L}\p{N}_.\\])+)/u)) {
      const hit = /[\p{L}\p{N}]/u.test(part) && words(part).some((word) => asked.some((start) => (start.length > 1 ? word.startsWith(start) : word === start)));
      if (hit) made.append(write(document.createElement("mark"), part));
      else write(made, part);
    }
    return made;
  }

  let made = 0;
  /** Put the form into a place; return its field. @param {Element} place @param {() => void} leave */
  function form(place, leave) {
    const list = `search-list-${(made += 1)}`;
    place.innerHTML =
      `<div class="search-field"><input type="search" role="combobox" aria-label="Search the book" aria-autocomplete="list"` +
      ` aria-expanded="false" aria-controls="${list}" autocomplete="off" spellcheck="false"` +
      ` placeholder="A word, a number, a symbol: tie, 4.1, sigma_1"></div>` +
      `<p class="search-count" role="status"></p><div class="search-list" id="${list}" role="listbox" aria-label="Found"></div>`;
    const field = /** @type {HTMLInputElement} */ (place.querySelector("input"));
    const count = /** @type {HTMLElement} */ (place.querySelector(".search-count"));
    const box = /** @type {HTMLElement} */ (place.querySelector(".search-list"));
    let at = -1;

    /** @param {number} position */
    function choose(position) {
      const options = [...box.children];
      options[at]?.removeAttribute("aria-selected");
      at = options.length ? (position + options.length) % options.length : -1;
      const option = options[at];
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      if (option) field.setAttribute("aria-activedescendant", option.id);
      else field.removeAttribute("aria-activedescendant");
    }

    /** @param {Row} row @param {number} position @param {string[]} asked */
    function option([page, anchor, kind, title, begins, more = ""], position, asked) {
      const { pages, kinds, rows } = /** @type {Index} */ (index);
      const link = document.createElement("a");
      link.href = new URL(`${pages[page]}.html${kind ? `#${anchor}` : ""}`, root).href;
      link.id = `${list}-${position}`;
      link.tabIndex = -1;
      link.setAttribute("role", "option");
      const home = rows.find((row) => row[0] === page)?.[3] ?? "";
      const where = document.createElement("small");
      where.textContent = kind ? `${kinds[kind]} in ${home}` : kinds[kind];
      // What was asked for may stand further on than what is shown.
      const further = more.split(" ").filter((word) => word && asked.some((start) => word.startsWith(start)));
      const text = [begins, ...further].join(" \u2026 ");
      const context = document.createElement("p");
      context.append(marked(text, asked));
      const name = document.createElement("b");
      name.append(marked(title, asked));
      link.append(name, where, ...(text ? [context] : []));
      link.addEventListener("click", leave);
      return link;
    }

    async function answer() {
      try {
        await load();
      } catch {
        count.textContent = "The index of the book does not load.";
        return;
      }
      const asked = words(field.value);
      const rows = asked.length ? search(asked) : [];
      box.replaceChildren(...rows.slice(0, MOST).map((row, position) => option(row, position, asked)));
      box.scrollTop = 0;
      field.setAttribute("aria-expanded", String(rows.length > 0));
      const more = rows.length > MOST ? `, the best ${MOST} of them below` : "";
      count.textContent = asked.length ? (rows.length ? `${rows.length} found${more}` : "Nothing found") : "";
      choose(rows.length ? 0 : -1);
    }

    field.addEventListener("input", answer);
    field.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) choose(at + step);
      else if (event.key === "Enter") /** @type {HTMLElement | undefined} */ (box.children[at])?.click();
      // A field for search would only be emptied.
      else if (event.key === "Escape") leave();
      else return;
      event.preventDefault();
    });
    return { field, answer };
  }

  /** @type {HTMLDialogElement | undefined} */
  let dialog;
  /** @type {HTMLInputElement | undefined} */
  let field;
  function open() {
    if (!dialog) {
      const box = document.createElement("dialog");
      box.className = "search";
      box.setAttribute("aria-label", "Search");
      document.body.append(box);
      ({ field } = form(box, () => box.close()));
      const close = document.createElement("button");
      close.type = "button";
      close.textContent = "Close";
      close.addEventListener("click", () => box.close());
      box.firstElementChild?.append(close);
      box.addEventListener("click", (event) => event.target === box && box.close());
      dialog = box;
    }
    if (!dialog.open) dialog.showModal();
    field?.select();
    load().catch(() => {});
  }

  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-search]")) {
      event.preventDefault();
      open();
    }
  });
  // No key alone: those who speak to their machine would set it off by chance.
  addEventListener(
    "keydown",
    (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      open();
    },
    { capture: true },
  );

  const page = document.querySelector("[data-search-page]");
  if (page) {
    const { field, answer } = form(page, () => {});
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    if (field.value) answer();
  }
})();
