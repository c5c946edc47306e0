/**
 * A surface seen from a side: where its points fall on paper, which are seen, in what order its cells
 * are painted. The twin of `forms/relief.py`; pure functions, no document.
 */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";
  const RADIANS = Math.PI / 180;
  /** Whence the light comes: from the left, from the viewer, from above. */
  const LAMP = [-0.45, 0.35, 0.82].map((part, _, all) => part / Math.hypot(...all));
  /** How much higher than the line of sight a surface must be to hide: a share of the box. */
  const MARGIN = 0.012;

  /** @typedef {[x: number, y: number, z: number]} Place */

  /** @type {Dmfbook["relief"]} */
  dmfbook.relief = function ({ heights, x, y, z, turn, rise, equal }) {
    const n = Math.round(Math.sqrt(heights.length));
    const spans = [x[1] - x[0], y[1] - y[0]];
    const sides = spans.map((span) => (equal ? span / Math.max(...spans) : 1));
    const tall = z[1] - z[0] || 1;
    const [about, down] = [turn[0] * RADIANS, turn[1] * RADIANS];
    const [sine, cosine] = [Math.sin(about), Math.cos(about)];
    const [tilt, upright] = [Math.sin(down), Math.cos(down)];
    const toward = [sine, -cosine];

    // On paper a point is a sum of what its x, its y and its z give.
    /** @type {function(number): number} */
    const across = (at) => sides[0] * ((2 * (at - x[0])) / spans[0] - 1);
    /** @type {function(number): number} */
    const along = (at) => sides[1] * ((2 * (at - y[0])) / spans[1] - 1);
    /** @type {function(number): number} */
    const up = (at) => rise * ((at - z[0]) / tall - 0.5) * upright;

    /** @type {Relief["flat"]} */
    function flat(px, py, pz) {
      const [a, b] = [across(px), along(py)];
      return [a * cosine + b * sine, (b * cosine - a * sine) * tilt + up(pz)];
    }

    /**
     * The height between the samples; NaN outside the grid and beside holes.
     * @type {function(number, number): number}
     */
    function between(column, row) {
      if (!(column >= 0 && column <= n - 1 && row >= 0 && row <= n - 1)) return NaN;
      const i = Math.min(Math.floor(column), n - 2);
      const j = Math.min(Math.floor(row), n - 2);
      const [u, v, k] = [column - i, row - j, j * n + i];
      return (
        (heights[k] * (1 - u) + heights[k + 1] * u) * (1 - v) +
        (heights[k + n] * (1 - u) + heights[k + n + 1] * u) * v
      );
    }

    // One cell of the longer side on the floor, and how far the line of sight climbs over it.
    const step = [toward[0] / sides[0], toward[1] / sides[1]];
    const climb = ((2 / (n - 1)) * Math.tan(down) * tall) / rise;

    /** @type {Relief["seen"]} */
    function seen(px, py, pz) {
      let column = ((px - x[0]) / spans[0]) * (n - 1);
      let row = ((py - y[0]) / spans[1]) * (n - 1);
      const here = between(column, row);
      let height = (here > pz ? here : pz) + MARGIN * tall;
      for (let k = 1; k < 2 * n; k++) {
        column += step[0];
        row += step[1];
        height += climb;
        if (height > z[1] || column < 0 || column > n - 1 || row < 0 || row > n - 1) return true;
        const over = between(column, row);
        if (over > height && over <= z[1]) return false;
      }
      return true;
    }

    const box = [x, y, z];
    const slacks = box.map(([low, high]) => 1e-9 * (high - low));

    /**
     * The part of a straight piece that is in the box, or null.
     * @type {function(Place, Place): [Place, Place] | null}
     */
    function cut(start, end) {
      let [first, last] = [0, 1];
      for (let k = 0; k < 3; k++) {
        const way = end[k] - start[k];
        if (!Number.isFinite(way)) return null;
        const low = box[k][0] - slacks[k] - start[k];
        const high = box[k][1] + slacks[k] - start[k];
        if (way === 0) {
          if (low > 0 || high < 0) return null;
          continue;
        }
        first = Math.max(first, Math.min(low / way, high / way));
        last = Math.min(last, Math.max(low / way, high / way));
      }
      if (first >= last) return null;
      /** @type {function(number): Place} */
      const at = (t) => [
        start[0] + t * (end[0] - start[0]),
        start[1] + t * (end[1] - start[1]),
        start[2] + t * (end[2] - start[2]),
      ];
      return [first === 0 ? start : at(first), last === 1 ? end : at(last)];
    }

    /** @type {Relief["traced"]} */
    function traced(xs, ys, zs) {
      /** @type {{before: number[][][], behind: number[][][]}} */
      const result = { before: [], behind: [] };
      /** @type {number[][]} */
      let stretch = [];
      /** @type {Place | null} */
      let end = null;
      let kind = "";
      for (let k = 0; k + 1 < xs.length; k++) {
        const piece = cut([xs[k], ys[k], zs[k]], [xs[k + 1], ys[k + 1], zs[k + 1]]);
        if (!piece) continue;
        const [a, b] = piece;
        const its = seen((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2)
          ? "before"
          : "behind";
        const joined = end && end[0] === a[0] && end[1] === a[1] && end[2] === a[2];
        if (!joined || its !== kind) {
          stretch = [flat(...a)];
          result[its].push(stretch);
        }
        stretch.push(flat(...b));
        [end, kind] = [b, its];
      }
      return result;
    }

    /** @type {Relief["inside"]} */
    const inside = (...at) =>
      at.every((one, k) => one >= box[k][0] - slacks[k] && one <= box[k][1] + slacks[k]);

    // The normal of a cell is (-east, -north, 1), up to its length.
    const unit = rise / tall;
    const cell = [(2 * sides[0]) / (n - 1), (2 * sides[1]) / (n - 1)];
    const lamp = [
      LAMP[0] * cosine + LAMP[1] * toward[0],
      LAMP[0] * sine + LAMP[1] * toward[1],
      LAMP[2],
    ];
    const eye = [upright * toward[0], upright * toward[1], tilt];

    /** @type {Relief["paint"]} */
    function paint(levels, face, line) {
      const inner = levels.filter((level) => level > z[0] && level < z[1]).sort((a, b) => a - b);
      // What a column gives to the place on paper; a row gives the rest.
      const columns = Array.from({ length: n }, (_, i) => x[0] + (spans[0] * i) / (n - 1));
      const rows = Array.from({ length: n }, (_, j) => y[0] + (spans[1] * j) / (n - 1));
      const [right, away] = [columns.map(across), rows.map(along)];
      const px = new Float64Array(n * n);
      const py = new Float64Array(n * n);
      for (let j = 0, k = 0; j < n; j++) {
        for (let i = 0; i < n; i++, k++) {
          px[k] = right[i] * cosine + away[j] * sine;
          py[k] = (away[j] * cosine - right[i] * sine) * tilt + up(heights[k]);
        }
      }
      const [low, high] = z;
      const corner = [0, 0, 0, 0];
      // One list for the corners of every face: thousands of small ones would take longer than they.
      const shape = new Float64Array(16);
      /** @type {function(number): Place} */
      const place = (k) => [columns[k % n], rows[Math.floor(k / n)], heights[k]];

      /**
       * The straight pieces of a cell at a level, in the order of its ring.
       * @param {"level" | "rim"} kind
       * @param {number} level
       */
      function cuts(kind, level) {
        let [count, ax, ay] = [0, 0, 0];
        for (let k = 0; k < 4; k++) {
          const p = corner[k];
          const q = corner[(k + 1) % 4];
          if (heights[p] < level === heights[q] < level) continue;
          const part = (level - heights[p]) / (heights[q] - heights[p]);
          const bx = px[p] + part * (px[q] - px[p]);
          const by = py[p] + part * (py[q] - py[p]);
          if (count++ % 2) line(kind, ax, ay, bx, by);
          ax = bx;
          ay = by;
        }
      }

      /** Put a cell, cut at the top and the bottom of the box, into the list; return its corners. */
      function cropped() {
        const ring = clipped(clipped(corner.map(place), high, -1), low, 1);
        ring.forEach((at, k) => shape.set(flat(...at), 2 * k));
        return ring.length;
      }

      for (let jj = 0; jj + 1 < n; jj++) {
        const j = toward[1] > 0 ? jj : n - 2 - jj;
        for (let ii = 0; ii + 1 < n; ii++) {
          const i = toward[0] > 0 ? ii : n - 2 - ii;
          const at = j * n + i;
          const a = heights[at];
          const b = heights[at + 1];
          const c = heights[at + n + 1];
          const d = heights[at + n];
          if (!Number.isFinite(a + b + c + d)) continue;
          const lowest = Math.min(a, b, c, d);
          const highest = Math.max(a, b, c, d);
          if (lowest > high || highest < low) continue;
          corner[0] = at;
          corner[1] = at + 1;
          corner[2] = at + n + 1;
          corner[3] = at + n;
          const east = (((b - a + (c - d)) / 2) * unit) / cell[0];
          const north = (((d - a + (c - b)) / 2) * unit) / cell[1];
          const light =
            (lamp[2] - east * lamp[0] - north * lamp[1]) / Math.sqrt(east * east + north * north + 1);
          const under = eye[2] - east * eye[0] - north * eye[1] < 0;
          const whole = lowest >= low && highest <= high;
          let count = 4;
          if (whole) {
            for (let k = 0; k < 4; k++) {
              shape[2 * k] = px[corner[k]];
              shape[2 * k + 1] = py[corner[k]];
            }
          } else count = cropped();
          const middle = (held(a) + held(b) + held(c) + held(d)) / 4;
          face(shape, count, (middle - low) / tall, Math.abs(light), under);
          for (let k = 0; k < inner.length && inner[k] <= highest; k++) {
            if (inner[k] > lowest) cuts("level", inner[k]);
          }
          if (!whole) {
            cuts("rim", low);
            cuts("rim", high);
          }
          if (i > 0 && i < n - 2 && j > 0 && j < n - 2) continue;
          const outer = [j === 0, i === n - 2, j === n - 2, i === 0];
          for (let side = 0; side < 4; side++) {
            if (!outer[side]) continue;
            const piece = cut(place(corner[side]), place(corner[(side + 1) % 4]));
            if (piece) line("edge", ...flat(...piece[0]), ...flat(...piece[1]));
          }
        }
      }
    }

    /** @type {function(number): number} */
    const held = (height) => Math.min(Math.max(height, z[0]), z[1]);

    return { flat, seen, traced, inside, paint, toward };
  };

  /**
   * The part of a polygon that is above a height, or below it where `side` is -1.
   * @type {function(Place[], number, number): Place[]}
   */
  function clipped(ring, bound, side) {
    /** @type {Place[]} */
    const kept = [];
    ring.forEach((here, k) => {
      const before = ring[(k + ring.length - 1) % ring.length];
      const [then, now] = [side * (before[2] - bound), side * (here[2] - bound)];
      if (then < 0 !== now < 0) {
        const part = (bound - before[2]) / (here[2] - before[2]);
        kept.push([
          before[0] + part * (here[0] - before[0]),
          before[1] + part * (here[1] - before[1]),
          bound,
        ]);
      }
      if (now >= 0) kept.push(here);
    });
    return kept;
  }
})();
