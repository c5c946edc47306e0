// A reference to a statement, an exercise, an equation, a term, a symbol or a work shows it in place.
//
// The mouse and the keyboard open a preview by resting on the reference, a finger by a tap; a second tap, or
// one on its title, goes there. Escape closes it, Tab goes into it, and it can be pinned to stay.
(() => {
  "use strict";
  const SHOWN = /^(thm|lem|prop|cor|def|rem|ex|equation|term|cite)-/;
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const root = new URL("..", script.src);
  const NOT = ".headerlink, .statement-name, [data-node], [role=option], .preview a, nav a";

  /** @typedef {{ parts: Record<string, string>, symbols?: Record<string, string> }} Parts */
  /** @typedef {{ at: Element, address: URL, page: string, ids: string[] }} Reference */

  /** @param {EventTarget | null} place @returns {Reference | null} */
  function referenceAt(place) {
    if (!(place instanceof Element)) return null;
    const at = place.closest("a[href], .math.symbol");
    if (at === null || at.matches(NOT)) return null;
    const symbols = /** @type {HTMLAnchorElement | null} */ (document.querySelector("a[data-symbols]"));
    const link = at instanceof HTMLAnchorElement ? at : at.closest(".preview, a") ? null : symbols;
    if (!link) return null;
    const address = new URL(link.href);
    const id = decodeURIComponent(address.hash.slice(1));
    // A page that stands alone, as one file, lies anywhere.
    const page = address.href.startsWith(root.href) ? address.href.slice(root.href.length).replace(/\.html.*/, "") : "here";
    if (at !== link) return { at, address, page, ids: [] };
    const ids = link.dataset.symbols?.split(" ") ?? (SHOWN.test(id) ? [id] : []);
    return ids.length ? { at, address, page, ids } : null;
  }

  /** @type {Map<string, Promise<Parts | undefined>>} */
  const loading = new Map();
  /** What a page holds for others. @param {string} page */
  function partsOf(page) {
    const known = loading.get(page);
    if (known) return known;
    const coming = new Promise((done) => {
      const all = /** @type {{ bookPreviews?: Record<string, Parts> }} */ (globalThis);
      if (script.dataset.alone) return done(all.bookPreviews?.[page]);
      const element = document.createElement("script");
      element.src = new URL(`previews/${page.replaceAll("/", "-")}.js`, script.src).href;
      element.onload = element.onerror = () => done(all.bookPreviews?.[page]);
      document.head.append(element);
    });
    loading.set(page, coming);
    return coming;
  }

  /** The elements that a reference shows. @param {Reference} reference */
  async function contentOf({ at, address, page, ids }) {
    const own = page !== "" && location.href.startsWith(address.href.split("#")[0]) && document.getElementById(ids[0]);
    const holder = document.createElement("template");
    if (own) {
      holder.content.append(own.cloneNode(true));
      if (own.matches("dt") && own.nextElementSibling) holder.content.append(own.nextElementSibling.cloneNode(true));
    } else {
      const parts = await partsOf(page);
      const row = parts?.symbols?.[(at.querySelector("annotation") ?? at).textContent ?? ""];
      const wanted = ids.length ? ids : row ? [row] : [];
      const found = wanted.map((id) => parts?.parts[id] ?? "").join("");
      holder.innerHTML = /^<tr/.test(found) ? `<table><tbody>${found}</tbody></table>` : found;
      for (const link of holder.content.querySelectorAll("a[href]")) {
        link.setAttribute("href", new URL(link.getAttribute("href") ?? "", address).href);
      }
    }
    const content = holder.content;
    for (const extra of content.querySelectorAll(".headerlink, .statement-name, .statement-facts, script, style")) extra.remove();
    for (const named of content.querySelectorAll("[id], [tabindex]")) {
      named.removeAttribute("id");
      named.removeAttribute("tabindex");
    }
    return content;
  }

  /** The heading of a preview, taken from what it shows. @param {DocumentFragment} content @param {Reference} reference */
  function takeTitle(content, { ids, at }) {
    const title = content.querySelector(".admonition-title, dt, .citation > .label");
    const words = document.createElement("span");
    // A work has a number in the list, and the name by which the text cites it.
    if (title?.matches(".label")) words.textContent = (at.textContent ?? "").replace(/^\d+\w?$/, "Bibliography, $&");
    else if (title) words.append(...title.childNodes);
    else words.textContent = content.querySelector(".eqno")?.textContent ?? (ids.length > 1 ? (at.textContent ?? "") : "Notation");
    title?.remove();
    if (/^\(/.test(words.textContent ?? "")) words.prepend("Equation ");
    content.querySelector(".eqno")?.remove();
    return words;
  }

  /** @type {{ panel: HTMLElement, reference: Reference } | null} */
  let open = null;
  /** @type {HTMLElement | null} */
  let pinned = null;
  /** @type {number | undefined} */
  let timer;
  let asked = 0;
  let touched = false;

  /** @param {string} name @param {string} words @param {() => void} act */
  function button(name, words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    if (name !== words) made.setAttribute("aria-label", name);
    made.addEventListener("click", act);
    return made;
  }

  function close() {
    clearTimeout(timer);
    asked += 1;
    if (!open) return;
    const { panel, reference } = open;
    open = null;
    const inside = panel.contains(document.activeElement);
    panel.remove();
    reference.at.removeAttribute("aria-expanded");
    if (inside && reference.at instanceof HTMLElement) focusQuietly(reference.at);
  }

  let quiet = false;
  /** Put the focus on an element without opening its preview. @param {HTMLElement} element */
  function focusQuietly(element) {
    quiet = true;
    element.focus();
    quiet = false;
  }

  /** Stay beside the reference, below it where there is room, and never on it. */
  function place() {
    if (!open) return;
    const { panel, reference } = open;
    const box = reference.at.getBoundingClientRect();
    if (box.bottom < 0 || box.top > innerHeight) return close();
    panel.style.removeProperty("--room");
    const { offsetWidth: width, offsetHeight: wanted } = panel;
    const below = innerHeight - box.bottom > wanted + 12 || innerHeight - box.bottom > box.top;
    const room = (below ? innerHeight - box.bottom : box.top) - 14;
    const height = Math.min(wanted, room);
    panel.style.setProperty("--room", `${room}px`);
    const x = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - width - 8));
    panel.style.setProperty("--x", `${x}px`);
    panel.style.setProperty("--y", `${below ? box.bottom + 6 : box.top - height - 6}px`);
  }

  /** @param {Reference} reference @param {boolean} [enter] whether the focus goes into the preview */
  async function show(reference, enter = false) {
    if (open?.reference.at === reference.at) return;
    close();
    const ask = asked;
    const content = await contentOf(reference);
    if (!content.childElementCount) return enter && location.assign(reference.address);
    if (ask !== asked) return;
    const panel = document.createElement("div");
    panel.className = "preview";
    panel.setAttribute("role", "dialog");
    const title = document.createElement("a");
    title.href = reference.address.href;
    title.append(takeTitle(content, reference));
    panel.setAttribute("aria-label", `Preview: ${title.textContent?.trim()}`);
    title.addEventListener("click", () => setTimeout(close));
    const pin = button("Pin", "Pin", () => (panel === pinned ? unpin() : keep(panel, pin)));
    pin.setAttribute("aria-pressed", "false");
    const header = document.createElement("div");
    header.className = "preview-head";
    header.append(title, pin, button("Close", "\u00d7", () => (panel === pinned ? unpin() : close())));
    const body = document.createElement("div");
    body.className = "preview-body";
    body.append(content);
    panel.append(header, body);
    document.body.append(panel);
    if (body.scrollHeight > body.clientHeight + 1) body.tabIndex = 0;
    open = { panel, reference };
    if (reference.at.matches("a")) reference.at.setAttribute("aria-expanded", "true");
    place();
    panel.addEventListener("pointerenter", () => clearTimeout(timer));
    panel.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && closeSoon());
    panel.addEventListener("keydown", (event) => leaveByTab(event, panel));
    if (enter) title.focus();
  }

  /** @param {HTMLElement} panel @param {HTMLElement} pin */
  function keep(panel, pin) {
    pinned?.remove();
    pinned = panel;
    panel.classList.add("is-pinned");
    pin.setAttribute("aria-pressed", "true");
    open?.reference.at.removeAttribute("aria-expanded");
    open = null;
  }

  function unpin() {
    pinned?.remove();
    pinned = null;
  }

  function closeSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => !open?.panel.contains(document.activeElement) && close(), 300);
  }

  /** Tab goes from the last control on to what follows the reference, Shift and Tab back to it.
   * @param {KeyboardEvent} event @param {HTMLElement} panel */
  function leaveByTab(event, panel) {
    if (event.key !== "Tab" || panel !== open?.panel) return;
    const stops = [...panel.querySelectorAll("a[href], button, [tabindex]")];
    const at = open.reference.at;
    if (event.target !== stops.at(event.shiftKey ? 0 : -1) || !(at instanceof HTMLElement)) return;
    focusQuietly(at);
    if (event.shiftKey) event.preventDefault();
    else close();
  }

  /** @param {Reference | null} reference @param {number} delay */
  function showSoon(reference, delay) {
    clearTimeout(timer);
    if (reference) timer = setTimeout(() => show(reference), delay);
  }

  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    if (open && event.target instanceof Node && !open.panel.contains(event.target) && !open.reference.at.contains(event.target)) close();
  });
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const reference = referenceAt(event.target);
    if (reference) showSoon(reference, reference.ids.length ? 250 : 600);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && referenceAt(event.target)) closeSoon();
  });
  document.addEventListener("focusin", (event) => {
    if (quiet || open?.panel.contains(/** @type {Node} */ (event.target))) return;
    const reference = referenceAt(event.target);
    if (open && open.reference.at !== reference?.at) close();
    if (reference && reference.at.matches(":focus-visible")) showSoon(reference, 350);
  });
  document.addEventListener("click", (event) => {
    const reference = referenceAt(event.target);
    if (!reference || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const list = reference.at.matches("[data-symbols], .math");
    if (list || (touched && open?.reference.at !== reference.at)) {
      event.preventDefault();
      clearTimeout(timer);
      if (open?.reference.at === reference.at && list) close();
      else show(reference, reference.at.matches("a"));
    } else close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) close();
    else if (event.key === "Escape" && pinned?.contains(document.activeElement)) unpin();
    else if (event.key === "Tab" && !event.shiftKey && open && event.target === open.reference.at) {
      event.preventDefault();
      /** @type {HTMLElement | null} */ (open.panel.querySelector("a"))?.focus();
    }
  });
  addEventListener("scroll", place, { passive: true, capture: true });
  addEventListener("resize", place);
})();
