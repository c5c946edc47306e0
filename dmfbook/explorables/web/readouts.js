/** What is read: the answers below the picture, what is spoken of them, and the table of numbers. */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";
  /** Screen readers hear the readouts once the slider has rested for so many milliseconds. */
  const REST = 350;
  /** What stands where a readout would answer a question that the page asks first. */
  const WAITING = "after your guess";

  /** @type {Dmfbook["readouts"]} */
  dmfbook.readouts = function (root, spec, now) {
    const answers = root.querySelectorAll(".dmf-readouts dd > span");
    const rows = root.querySelectorAll(".dmf-readouts > div");
    const details = dmfbook.find(root, "details");
    /** @type {string[]} */
    let shown = [];
    let speaking = 0;
    /** @type {string | null} */
    let spoken = null;

    details.addEventListener("toggle", () => tabulate(root, spec, now()));
    // The page names the readouts that wait, as "0,3", and takes the names away when they are to speak.
    const waits = new MutationObserver(() => show(now().scene));
    waits.observe(root, { attributeFilter: ["data-waits"] });

    /** Not at every pixel, and not on opening. */
    function speak() {
      const words = Array.from(rows, (row) =>
        Array.from(row.children, (part) => (part.textContent || "").trim()).join(": "),
      ).join("; ");
      if (spoken !== null && spoken !== words) {
        dmfbook.find(root, ".dmf-live").textContent = words;
      }
      spoken = words;
      /** @type {NodeListOf<SVGElement>} */
      const pictures = root.querySelectorAll(".dmf-plot > svg");
      for (const svg of pictures) svg.setAttribute("aria-label", `${svg.dataset.title}. ${words}`);
      if (details.hasAttribute("open")) tabulate(root, spec, now());
    }

    /** @param {Scene} scene */
    function show(scene) {
      const waiting = (root.dataset.waits || "").split(",");
      const texts = scene.readouts.map((one, i) => {
        const declared = spec.readouts[i];
        if (one.html !== undefined || "cases" in declared) return one.html || "";
        return dmfbook.format(one.value ?? NaN, declared.digits);
      });
      answers.forEach((cell, i) => {
        const waits = waiting.includes(String(i));
        const said = waits ? WAITING : texts[i];
        if (shown[i] !== said) cell.innerHTML = said;
        shown[i] = said;
        cell.classList.toggle("dmf-waits", waits);
        // Paper does not wait: the styles put there what is said.
        if (waits) cell.setAttribute("data-said", texts[i].replace(/<[^>]*>/g, ""));
        else cell.removeAttribute("data-said");
      });
      clearTimeout(speaking);
      speaking = setTimeout(speak, REST);
    }

    return {
      show,
      close() {
        clearTimeout(speaking);
        waits.disconnect();
      },
    };
  };

  /**
   * Write the numbers of the picture: sliders, readouts, and a few of each named mark.
   * @type {function(HTMLElement, Specification, {values: Values, scene: Scene}): void}
   */
  function tabulate(root, spec, { values, scene }) {
    const rows = spec.sliders.map((s) => [s.label, dmfbook.format(values[s.name], 6)]);
    for (const row of root.querySelectorAll(".dmf-readouts > div")) {
      rows.push(Array.from(row.children, (part) => part.textContent || ""));
    }
    /** @type {NodeListOf<HTMLElement>} */
    const entries = root.querySelectorAll(".dmf-legend [data-mark]");
    for (const entry of entries) {
      for (const [panel, index] of dmfbook.named(entry)) {
        const numbers = scene.panels[panel].marks[index];
        const { kind } = spec.panels[panel].marks[index];
        if (numbers.hidden) continue;
        rows.push([(entry.textContent || "").trim(), dmfbook.marks[kind].sample(numbers)]);
      }
    }
    dmfbook.find(root, "details tbody").replaceChildren(
      ...rows.map(([name, text]) => {
        const row = document.createElement("tr");
        const head = document.createElement("th");
        head.scope = "row";
        head.textContent = name;
        const cell = document.createElement("td");
        cell.textContent = text;
        row.append(head, cell);
        return row;
      }),
    );
  }
})();
