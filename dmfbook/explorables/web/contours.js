/** Samples of a function on a grid: whether they are the same, and its contour lines, by marching squares. */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";

  /** @type {Dmfbook["same"]} */
  dmfbook.same = (values, others) =>
    values.length === others.length && values.every((value, k) => Object.is(value, others[k]));

  /**
   * The contour at one level, as the path of an SVG.
   * @param {number[]} values n rows of n, the first row lowest
   * @param {number} n
   * @param {number} level
   * @param {function(number): number} px column to pixel
   * @param {function(number): number} py row to pixel
   * @returns {string}
   */
  dmfbook.contour = function (values, n, level, px, py) {
    let path = "";
    for (let j = 0; j + 1 < n; j++) {
      for (let i = 0; i + 1 < n; i++) {
        const a = values[j * n + i] - level;
        const b = values[j * n + i + 1] - level;
        const c = values[(j + 1) * n + i + 1] - level;
        const e = values[(j + 1) * n + i] - level;
        // Most cells are on one side of the level, and are left before anything is made for them.
        if (a < 0 === b < 0 && b < 0 === c < 0 && c < 0 === e < 0) continue;
        const cut = [];
        if (a < 0 !== b < 0) cut.push([i + a / (a - b), j]);
        if (b < 0 !== c < 0) cut.push([i + 1, j + b / (b - c)]);
        if (e < 0 !== c < 0) cut.push([i + e / (e - c), j + 1]);
        if (a < 0 !== e < 0) cut.push([i, j + a / (a - e)]);
        for (let k = 0; k + 1 < cut.length; k += 2) {
          const [from, to] = [cut[k], cut[k + 1]];
          path += `M${px(from[0]).toFixed(1)},${py(from[1]).toFixed(1)}L${px(to[0]).toFixed(1)},${py(to[1]).toFixed(1)}`;
        }
      }
    }
    return path;
  };
})();
