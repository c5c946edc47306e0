// What folds opens for an address that leads into it, and code is copied by a button.
(() => {
  "use strict";

  /**
   * Open all folds around an element, the badge of a cell, and what is told of a function.
   * @param {Element} place
   * @returns {boolean} whether anything was closed
   */
  function open(place) {
    const told = place.matches("dt.sig") ? place.nextElementSibling : place;
    const badge = told?.querySelector(":scope > :is(details.check, details.more)");
    let closed = false;
    for (let fold = badge ?? place.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) {
      if (!(fold instanceof HTMLDetailsElement) || fold.open) continue;
      fold.open = true;
      closed = true;
    }
    return closed;
  }

  /** @param {string} hash */
  function lead(hash) {
    let name = hash.slice(1);
    try {
      name = decodeURIComponent(name);
    } catch {
      // An address that was typed with a percent sign of its own names no place.
    }
    const place = name ? document.getElementById(name) : null;
    if (place && open(place)) place.scrollIntoView();
  }

  /** @param {HTMLElement} listing */
  function addButton(listing) {
    const code = listing.querySelector("pre");
    if (!code) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "dmf-button copy-code";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.innerText.trimEnd());
        button.textContent = "Copied";
      } catch {
        // Where the clipboard is refused the code is selected, for the keys that copy it.
        getSelection()?.selectAllChildren(code);
        button.textContent = "Selected";
      }
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    listing.append(button);
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const listing of document.querySelectorAll("div.highlight")) {
      if (listing instanceof HTMLElement && !listing.closest(".cell_output")) addButton(listing);
    }
    lead(location.hash);
  });
  addEventListener("hashchange", () => lead(location.hash));
  // A link to the place where one already is changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
    const hash = link?.getAttribute("href");
    if (hash && hash === location.hash) lead(hash);
  });
})();
