/**
 * A chapter made ready for paper; returns its headings, and its formulas, which are then named.
 * @type {function({ address: string, unfold: boolean }): { headings: string[], formulas: string[] }}
 */
(({ address, unfold }) => {
  /** @type {NodeListOf<HTMLDetailsElement>} */
  const solutions = document.querySelectorAll("details.solution");
  for (const fold of solutions) fold.open = unfold;
  // What is no place of the page, such as a setting of an explorable, is found where it is published.
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll("a[href^='#']");
  for (const link of links) {
    const place = link.getAttribute("href")?.slice(1);
    const here = place && document.getElementById(decodeURIComponent(place));
    if (!here) link.href = `${address}#${place}`;
  }
  // Paper opens nothing: the questions are found in the page, not in the file that it loads.
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const questions = document.querySelectorAll(".quiz-open a");
  for (const link of questions) {
    link.href = `${address}#check-yourself`;
    link.textContent = "They are on the page of this chapter";
  }
  // The first panel of an explorable is described as its still picture is, with all numbers.
  for (const demo of document.querySelectorAll("dmf-explorable")) {
    const markup = demo.querySelector("noscript")?.textContent || "";
    const still = new DOMParser().parseFromString(markup, "text/html").querySelector("img");
    const first = demo.querySelector(".dmf-plot svg[role=img]");
    if (!still || !first) throw new Error(`no still picture, or no panel: ${demo.id}`);
    first.setAttribute("aria-label", still.alt);
    first.setAttribute("data-said", still.alt);
    for (const canvas of demo.querySelectorAll("canvas")) {
      /** @type {SVGElement | null | undefined} */
      const picture = canvas.closest(".dmf-plot")?.querySelector("svg[role=img]");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `The surface of: ${picture?.dataset.title}`);
    }
  }
  for (const group of document.querySelectorAll("figure:not([role])")) group.role = "group";
  /** @type {function(HTMLElement): string} */
  const words = (heading) => heading.innerText.replace(/#$/, "").replace(/\s+/g, " ").trim();
  /** @type {NodeListOf<HTMLElement>} */
  const headings = document.querySelectorAll("h1, h2, h3, h4, h5, h6");
  return {
    headings: [...headings]
      .filter((heading) => heading.checkVisibility())
      .map(words),
    formulas: [...document.querySelectorAll("math")].map((formula) => {
      const copy = /** @type {Element} */ (formula.cloneNode(true));
      for (const source of copy.querySelectorAll("annotation")) source.remove();
      return copy.outerHTML;
    }),
  };
});
