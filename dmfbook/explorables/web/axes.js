/**
 * Scales, ticks and the writing of numbers. Pure functions; no document.
 *
 * This and the other scripts are functions called at once, and not modules, because browsers refuse
 * to load modules from a disk (`file:`), where readers open the book too; Jupyter gets them joined
 * into one module. What they share hangs on `dmfbook`, in whatever order they load.
 */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";

  /**
   * A number in few characters: "0.25", "12000", "3e-5", with a true minus sign.
   * @param {number} x
   * @param {number} digits significant digits
   */
  dmfbook.format = function (x, digits) {
    if (!Number.isFinite(x)) return "–";
    if (x === 0 || Math.abs(x) < 1e-300) return "0";
    const size = Math.abs(x);
    const rounded = Number(size.toPrecision(digits));
    const text =
      size >= 1e7 || rounded < 1e-4
        ? trimmed(x.toExponential(digits - 1))
        : trimmed(rounded >= Math.pow(10, digits) ? x.toFixed(0) : x.toPrecision(digits));
    return text.replace(/-/g, "−");
  };

  /** @param {string} text */
  function trimmed(text) {
    const [mantissa, exponent] = text.split("e");
    const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
    return exponent === undefined ? short : `${short}e${exponent.replace("+", "")}`;
  }

  /**
   * Round positions for about `count` ticks between low and high, and for two at least.
   * @type {Dmfbook["ticks"]}
   */
  dmfbook.ticks = function (low, high, count, log) {
    if (!(high > low)) return [low];
    const powers = log ? decades(low, high, count) : [];
    return powers.length > 1 ? powers : even(low, high, count).filter((t) => !log || t > 0);
  };

  /** @type {function(number, number, number): number[]} */
  function even(low, high, count) {
    const raw = (high - low) / Math.max(count, 1);
    const power = Math.pow(10, Math.floor(Math.log10(raw)));
    const steps = [0.5, 1, 2, 5, 10].map((m) => m * power);
    /** @param {number} step */
    const ends = (step) => [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
    let k = steps.findIndex((step) => step >= raw * 0.999);
    while (k > 0 && ends(steps[k])[1] <= ends(steps[k])[0]) k--;
    const [first, last] = ends(steps[k]);
    return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * steps[k]).toPrecision(12)));
  }

  /** @type {function(number, number, number): number[]} */
  function decades(low, high, count) {
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(count, 2)));
    const result = [];
    for (let p = first; p <= last; p += every) result.push(Number(`1e${p}`));
    return result;
  }

  /**
   * A map from data to pixels.
   * @type {Dmfbook["scale"]}
   */
  dmfbook.scale = function (low, high, start, end, log) {
    /** @type {function(number): number} */
    const f = log ? Math.log10 : (x) => x;
    const a = f(low);
    const span = f(high) - a || 1;
    return { to: (x) => start + ((f(x) - a) / span) * (end - start) };
  };
})();
