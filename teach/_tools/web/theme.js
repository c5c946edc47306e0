// Light or dark, as the reader's system is; paper is light.
(() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");
  const settle = () => {
    document.documentElement.dataset.theme = dark.matches && !paper.matches ? "dark" : "light";
  };
  dark.addEventListener("change", settle);
  paper.addEventListener("change", settle);
  settle();
})();
