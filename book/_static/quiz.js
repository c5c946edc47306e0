// The questions of a chapter: loaded when a reader opens them, answered one by one, never counted.
(() => {
  "use strict";
  /** @typedef {{ slider?: string, readout?: number, test: string, value: string | number }} Condition */
  /** @typedef {{ right: boolean, partly?: boolean, response: string, say: (Node | string)[] }} Verdict */
  const LETTERS = "ABCDEFGH";

  /** @type {<T extends Element = HTMLElement>(root: ParentNode, selector: string) => T[]} */
  const all = (root, selector) => /** @type {any[]} */ ([...root.querySelectorAll(selector)]);

  /** @param {string} words @param {string} [kind] */
  function button(words, kind = "") {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.className = `dmf-button ${kind}`;
    return made;
  }

  /** A copy of what the answer says about one choice. @param {Element | null} reason */
  function copy(reason) {
    const paragraph = document.createElement("p");
    if (reason) paragraph.append(...[...reason.childNodes].map((node) => node.cloneNode(true)));
    return paragraph;
  }

  /** @param {string} words */
  function line(words) {
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    return paragraph;
  }

  /** "0,5", "−2" and "5/3" are numbers, too. @param {string} text */
  function read(text) {
    const [above, below = "1", ...more] = text.trim().replace(/[−–]/g, "-").replace(",", ".").split("/");
    return above.trim() && below.trim() && !more.length ? Number(above) / Number(below) : NaN;
  }

  /** @param {HTMLElement} item @returns {Verdict | string} */
  function choices(item) {
    const inputs = all(item, ".quiz-choice input").map((input) => /** @type {HTMLInputElement} */ (input));
    const chosen = inputs.filter((input) => input.checked);
    if (!chosen.length) return "Choose an answer first.";
    /** @param {HTMLInputElement} input */
    const reason = (input) => item.querySelector(`[data-option="${input.value}"]`);
    const wrong = chosen.filter((input) => !reason(input)?.hasAttribute("data-right"));
    const missed = inputs.filter((input) => !input.checked && reason(input)?.hasAttribute("data-right"));
    /** @type {(Node | string)[]} */
    const say = (wrong.length ? wrong : chosen).map((input) => copy(reason(input)));
    if (missed.length && item.dataset.kind === "several")
      say.push(line(missed.length === 1 ? "One more is right." : `${missed.length} more are right.`));
    const partly = !wrong.length && missed.length > 0;
    const response = chosen.map((input) => LETTERS[Number(input.value)].toLowerCase()).join(",");
    return { right: !wrong.length && !missed.length, partly, response, say };
  }

  /** @param {HTMLElement} item @returns {Verdict | string} */
  function number(item) {
    const field = /** @type {HTMLInputElement} */ (item.querySelector("input"));
    const value = read(field.value);
    if (!Number.isFinite(value)) return "Write a number first, such as 0.5.";
    const slack = Number(item.dataset.tolerance) + 1e-9;
    const right = Math.abs(value - Number(item.dataset.answer)) <= slack;
    const near = all(item, "[data-value]").find((one) => Math.abs(value - Number(one.dataset.value)) <= slack);
    const reason = right ? item.querySelector(".quiz-reasons [data-right]") : near;
    return { right, response: String(value), say: reason ? [copy(reason)] : ["Another number."] };
  }

  /** @param {HTMLElement} item @returns {Verdict | string} */
  function order(item) {
    const now = all(item, ".quiz-steps > li").map((step) => Number(step.dataset.step));
    const first = now.findIndex((step, place) => step !== place);
    const response = now.map((step) => LETTERS[step].toLowerCase()).join(",");
    if (first < 0) return { right: true, response, say: ["This is the order."] };
    const reason = copy(item.querySelector(`.quiz-reasons [data-step="${first}"]`));
    const place = first ? `The first ${first === 1 ? "one is" : `${first} are`} in place. Then comes:` : "It begins with:";
    return { right: false, response, say: [line(place), reason] };
  }

  /** @param {Condition} condition @param {MountedExplorable} picture */
  function met({ slider, readout, test, value }, picture) {
    /** @type {string | number | undefined} */
    let found;
    if (slider !== undefined) found = picture.values[slider];
    else {
      const shown = picture.scene().readouts[readout ?? 0];
      const box = document.createElement("span");
      box.innerHTML = shown.html ?? "";
      found = typeof value === "number" ? shown.value ?? Number(box.textContent) : (box.textContent ?? "").trim();
    }
    if (typeof value === "string") return (found === value) === (test === "is");
    const far = Number(found) - value;
    if (test === "least") return far >= -1e-9;
    if (test === "most") return far <= 1e-9;
    return Math.abs(far) <= 1e-9 === (test === "is");
  }

  /** @param {HTMLElement} item @returns {Verdict | string} */
  function demo(item) {
    const element = /** @type {any} */ (document.getElementById(item.dataset.demo ?? ""));
    const picture = /** @type {MountedExplorable | undefined} */ (element?.explorable);
    // Pictures wake when a reader comes near.
    if (!picture) return "The picture is as it opens. Go there first, and set it.";
    const conditions = /** @type {Condition[]} */ (JSON.parse(item.dataset.conditions ?? "[]"));
    const failed = conditions.findIndex((condition) => !met(condition, picture));
    const response = Object.entries(picture.values).map(([name, value]) => `${name}=${value}`).join(" ");
    const reason = item.querySelector(failed < 0 ? ".quiz-reasons [data-right]" : `[data-condition="${failed}"]`);
    return { right: failed < 0, response, say: [copy(reason)] };
  }

  const JUDGES = { choice: choices, several: choices, number, order, demo };

  /** Steps are moved by buttons, which say where the step has gone. @param {HTMLElement} item */
  function movable(item) {
    const list = item.querySelector(".quiz-steps");
    const said = document.createElement("p");
    said.className = "unseen";
    said.setAttribute("role", "status");
    all(item, ".quiz-steps > li").forEach((step, start) => {
      const name = LETTERS[start];
      const moves = document.createElement("span");
      moves.className = "quiz-moves";
      const mark = document.createElement("b");
      mark.textContent = name;
      for (const [sign, words, by] of /** @type {[string, string, number][]} */ ([["↑", "up", -1], ["↓", "down", 1]])) {
        const move = button(sign);
        move.setAttribute("aria-label", `Move step ${name} ${words}`);
        move.addEventListener("click", () => {
          const other = by < 0 ? step.previousElementSibling : step.nextElementSibling;
          if (!other) return;
          if (by < 0) other.before(step);
          else other.after(step);
          move.focus();
          const place = [...(list?.children ?? [])].indexOf(step) + 1;
          said.textContent = `Step ${name} is now number ${place}.`;
        });
        moves.append(move);
      }
      step.prepend(mark);
      step.append(moves);
    });
    item.append(said);
  }

  /** @param {HTMLElement} item */
  function prepare(item) {
    const kind = /** @type {keyof typeof JUDGES} */ (item.dataset.kind);
    const check = button(kind === "demo" ? "Check the picture" : "Check");
    const verdict = document.createElement("div");
    verdict.className = "quiz-verdict";
    verdict.setAttribute("role", "status");
    const act = document.createElement("p");
    act.className = "quiz-act";
    act.append(check);
    item.querySelector(".quiz-answer")?.before(act, verdict);
    if (kind === "order") movable(item);
    const judge = () => {
      const found = JUDGES[kind](item);
      delete item.dataset.right;
      if (typeof found === "string") return verdict.replaceChildren(found);
      item.dataset.right = String(found.right);
      const word = document.createElement("strong");
      word.textContent = found.right ? "Yes." : found.partly ? "Right so far." : "Not yet.";
      // What is copied from the answer begins with its own mark.
      for (const part of found.say) if (part instanceof Element && kind !== "order") part.querySelector("strong")?.remove();
      verdict.replaceChildren(word, " ", ...found.say);
      const detail = { id: item.dataset.id, kind, right: found.right, response: found.response };
      item.dispatchEvent(new CustomEvent("quiz-answer", { bubbles: true, detail }));
    };
    check.addEventListener("click", judge);
    // Enter in a field of the form would send nothing anywhere.
    item.querySelector("input[type=text]")?.addEventListener("keydown", (event) => {
      if (/** @type {KeyboardEvent} */ (event).key === "Enter") judge();
    });
  }

  class Quiz extends HTMLElement {
    connectedCallback() {
      if (this.dataset.ready !== undefined) return;
      this.dataset.ready = "";
      const questions = /** @type {{ bookQuiz?: Record<string, string> }} */ (globalThis).bookQuiz;
      const body = document.createElement("div");
      body.tabIndex = -1;
      body.innerHTML = questions?.[this.dataset.chapter ?? ""] ?? "";
      const items = all(body, ".quiz-item");
      items.forEach(prepare);
      const rest = items.slice(4);
      const shown = this.dataset.all === undefined;
      if (shown && rest.length) {
        for (const item of rest) item.hidden = true;
        const more = button(`The other ${rest.length} questions`, "quiz-more");
        more.addEventListener("click", () => {
          for (const item of rest) item.hidden = false;
          more.remove();
          rest[0].tabIndex = -1;
          rest[0].focus();
        });
        body.append(more);
      }
      this.querySelector(".quiz-open")?.remove();
      this.append(body);
      if (this.dataset.quiet === undefined) body.focus();
    }
  }
  customElements.define("dmf-quiz", Quiz);
})();
