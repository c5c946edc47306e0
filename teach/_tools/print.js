// A chapter made ready for paper; returns its headings, and its formulas, which are then named.
({ address, unfold }) => {
  for (const fold of document.querySelectorAll("details.solution")) fold.open = unfold;
  // What is no place of the page, such as a setting of an explorable, is found where it is published.
  for (const link of document.querySelectorAll("a[href^='#']")) {
    const place = link.getAttribute("href").slice(1);
    const here = place && document.getElementById(decodeURIComponent(place));
    if (!here) link.href = `${address}#${place}`;
  }
  // The first panel of an explorable is described as its still picture is, with all numbers.
  for (const demo of document.querySelectorAll("dmf-explorable")) {
    const markup = demo.querySelector("noscript").textContent;
    const still = new DOMParser().parseFromString(markup, "text/html").querySelector("img");
    demo.querySelector(".dmf-plot svg[role=img]").setAttribute("aria-label", still.alt);
    for (const canvas of demo.querySelectorAll("canvas")) {
      const picture = canvas.closest(".dmf-plot")?.querySelector("svg[role=img]");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `The surface of: ${picture?.dataset.title}`);
    }
  }
  for (const group of document.querySelectorAll("figure:not([role])")) group.role = "group";
  const words = (heading) => heading.innerText.replace(/#$/, "").replace(/\s+/g, " ").trim();
  return {
    headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
      .filter((heading) => heading.checkVisibility())
      .map(words),
    formulas: [...document.querySelectorAll("math")].map((formula) => {
      const copy = formula.cloneNode(true);
      for (const source of copy.querySelectorAll("annotation")) source.remove();
      return copy.outerHTML;
    }),
  };
}
