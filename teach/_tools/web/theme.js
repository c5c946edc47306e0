// Light or dark, as the reader's system is.
(() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const settle = () => {
    document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", settle);
  settle();
})();
