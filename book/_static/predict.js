// Predict, then reveal. The page comes with everything open; what follows closes it, and opens it again
// for a guess, or for "just show me", which is remembered for the whole book where storage is allowed.
// Guesses are kept for this tab alone, so that Back and a reload find what was open. Nothing is sent.
(() => {
  "use strict";
  const SKIP = "dmfbook-just-show";
  const GUESSES = "dmfbook-guesses";
  const page = document.documentElement;

  /**
   * Do something with a storage that a frame or a browser may refuse.
   * @template T
   * @param {() => T} act
   */
  function kept(act) {
    try {
      return act();
    } catch {
      return null;
    }
  }

  /** @returns {Record<string, string>} the guesses of this tab, "" where the answer was opened without one */
  const guesses = () => kept(() => JSON.parse(sessionStorage.getItem(GUESSES) || "{}")) || {};

  /** @type {function(string, string | null): void} */
  function keep(name, guess) {
    const all = guesses();
    if (guess === null) delete all[name];
    else all[name] = guess;
    kept(() => sessionStorage.setItem(GUESSES, JSON.stringify(all)));
  }

  /** @type {function(HTMLFormElement): NodeListOf<HTMLElement>} */
  const answers = (form) => document.querySelectorAll(`[data-answers="${form.dataset.name}"]`);
  const forms = () => /** @type {HTMLFormElement[]} */ (Array.from(document.querySelectorAll("form.predict")));

  /** The readouts of all closed questions wait, and the panels that are the answer. */
  function wait() {
    for (const form of forms()) {
      const shown = document.getElementById(form.dataset.shows || "");
      if (!shown || !form.dataset.covers) continue;
      if ("open" in form.dataset) delete shown.dataset.covered;
      else shown.dataset.covered = form.dataset.covers;
    }
    /** @type {Map<HTMLElement, Set<string>>} */
    const waiting = new Map();
    for (const form of forms()) {
      const shown = document.getElementById(form.dataset.shows || "");
      if (!shown) continue;
      const places = waiting.get(shown) || new Set();
      waiting.set(shown, places);
      if ("open" in form.dataset) continue;
      const all = Array.from(shown.querySelectorAll(".dmf-readouts dd"), (_, i) => String(i));
      for (const place of form.dataset.readouts ? form.dataset.readouts.split(",") : all) places.add(place);
    }
    for (const [shown, places] of waiting) {
      if (places.size) shown.dataset.waits = [...places].join(",");
      else delete shown.dataset.waits;
    }
  }

  /** What is said to a guess. @type {function(HTMLFormElement, string): void} */
  function say(form, guess) {
    const { value, slack } = form.dataset;
    let mark = "";
    /** @type {HTMLElement | null} */
    let option = null;
    if (value === undefined) {
      const input = form.querySelector(`input[value="${CSS.escape(guess)}"]`);
      option = input && input.closest(".predict-option");
      mark = (option && option.dataset.mark) || "";
    } else {
      const off = Number(guess) - Number(value);
      // A guess at the rim is not refused for a rounding.
      mark = Math.abs(off) <= Number(slack) + 1e-9 ? "right" : off < 0 ? "low" : "high";
      option = form.querySelector(`[data-mark="${mark}"]`);
    }
    const verdict = { x: "Yes.", right: "Yes.", low: "That is too low.", high: "That is too high." }[mark] || "No.";
    const line = document.createElement("p");
    const judged = document.createElement("strong");
    judged.textContent = verdict;
    line.append(judged, " ");
    const reply = option && option.querySelector(".predict-reply");
    const [first, ...rest] = reply ? Array.from(reply.children, (part) => part.cloneNode(true)) : [];
    if (first) line.append(...first.childNodes, " ");
    const link = document.createElement("a");
    link.href = `#answer-${form.dataset.name}`;
    link.textContent = "Why, in full";
    (rest.length ? /** @type {Element} */ (rest[rest.length - 1]) : line).append(link, ".");
    form.querySelector(".predict-verdict")?.replaceChildren(line, ...rest);
  }

  /** @type {function(HTMLFormElement, string): void} */
  function open(form, guess) {
    form.dataset.open = guess ? "guessed" : "shown";
    for (const part of answers(form)) {
      part.removeAttribute("hidden");
      part.dataset.open = "";
    }
    if (guess) say(form, guess);
    paint(form);
  }

  /** @type {function(HTMLFormElement): void} */
  function close(form) {
    delete form.dataset.open;
    for (const part of answers(form)) {
      // Found by the browser's search on the page all the same, which opens it.
      part.setAttribute("hidden", "until-found");
      delete part.dataset.open;
    }
    form.querySelector(".predict-verdict")?.replaceChildren();
    paint(form);
  }

  /** @type {function(HTMLFormElement): void} */
  function paint(form) {
    const opened = "open" in form.dataset;
    for (const button of form.querySelectorAll("button")) {
      button.disabled = false;
      if (button.type === "submit") {
        const again = form.dataset.open === "guessed" ? "Guess again" : "Let me guess";
        button.textContent = opened ? again : "Show";
      } else button.hidden = opened;
    }
    for (const input of form.querySelectorAll("input")) input.disabled = opened;
    wait();
  }

  /** @type {function(HTMLFormElement): void} */
  function prepare(form) {
    const name = form.dataset.name || "";
    const show = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
    const skip = /** @type {HTMLButtonElement} */ (form.querySelector(".predict-skip"));
    // The click, not the submission, which a frame may forbid; Enter in a field is a click, too.
    show.addEventListener("click", (event) => {
      event.preventDefault();
      if ("open" in form.dataset) {
        keep(name, null);
        kept(() => localStorage.removeItem(SKIP));
        close(form);
        form.reset();
        form.querySelector("input")?.focus();
        return;
      }
      if (!form.reportValidity()) return;
      const chosen = /** @type {HTMLInputElement} */ (form.querySelector("input:checked, input[type=number]"));
      keep(name, chosen.value);
      open(form, chosen.value);
    });
    skip.addEventListener("click", () => {
      kept(() => localStorage.setItem(SKIP, "yes"));
      for (const other of forms()) if (!("open" in other.dataset)) open(other, "");
      show.focus();
    });
    for (const part of answers(form)) {
      part.addEventListener("beforematch", () => {
        keep(name, "");
        open(form, "");
      });
    }
  }

  /** A link into an answer opens it, in browsers too that cannot find what is hidden. */
  function follow() {
    const target = document.getElementById(location.hash.slice(1));
    const part = target && /** @type {HTMLElement | null} */ (target.closest(".predict-answer[hidden]"));
    const form = part && forms().find((one) => one.dataset.name === part.dataset.answers);
    if (!form || !target) return;
    open(form, "");
    target.scrollIntoView();
  }

  const before = guesses();
  for (const form of forms()) {
    prepare(form);
    const guess = before[form.dataset.name || ""];
    const input = guess && form.querySelector(`input[type=radio][value="${CSS.escape(guess)}"]`);
    const field = form.querySelector("input[type=number]");
    if (input instanceof HTMLInputElement) input.checked = true;
    if (guess && field instanceof HTMLInputElement) field.value = guess;
    if (guess !== undefined || page.dataset.guess === "skip") open(form, guess || "");
    else close(form);
  }
  // From here on the script says what is open.
  page.dataset.guess = "ready";
  follow();
  addEventListener("hashchange", follow);
  // On paper nothing waits.
  addEventListener("beforeprint", () => {
    for (const shown of document.querySelectorAll("[data-waits]")) shown.removeAttribute("data-waits");
  });
  addEventListener("afterprint", wait);
})();
