// Light or dark, as the reader's system is, and light on paper; and a sign that the fonts are there.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");
  const settle = () => {
    root.dataset.theme = dark.matches && !paper.matches ? "dark" : "light";
  };
  root.classList.add("js");
  dark.addEventListener("change", settle);
  paper.addEventListener("change", settle);
  settle();
  document.fonts.ready.then(() => {
    root.dataset.fonts = "ready";
  });
})();
