// Shows the page once its fonts are there, so that nothing jumps. They stand in fonts.css: it takes a moment.
(() => {
  "use strict";
  const root = document.documentElement;
  const show = () => { root.dataset.fonts = "ready"; };
  const fonts = ["16px Book", "italic 16px Book", "600 16px Book", "16px 'Book Math'", "16px Hand", "600 16px Hand"];
  Promise.all(fonts.map((font) => document.fonts.load(font))).then(show, show);
})();
