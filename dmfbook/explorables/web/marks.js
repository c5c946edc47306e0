/** The kinds of marks: each is drawn as SVG, and says a few of its numbers for the table. */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";

  /** @typedef {{x: number[], y: number[], z?: number[]}} Curve */

  /** @param {MarkSpec} mark */
  const stroke = (mark) =>
    `class="dmf-stroke dmf-${mark.colour}" stroke-width="${mark.width}" stroke-dasharray="${mark.dash}"`;

  /**
   * The path through finite points; far-away ones are held near the picture.
   * @param {number[]} px
   * @param {number[]} py
   */
  function polyline(px, py) {
    let path = "";
    for (let from = 0; from < px.length; from++) {
      if (!Number.isFinite(px[from] + py[from])) continue;
      let to = from;
      while (to + 1 < px.length && Number.isFinite(px[to + 1] + py[to + 1])) to++;
      path += stretch(px, py, from, to);
      from = to + 1;
    }
    return path;
  }

  /** No point of a path is further from the lines that are drawn than so many pixels. */
  const FINE = 0.1;

  /**
   * The path from one finite point to another, less the points that a straight line passes: of
   * hundreds in a row that a browser would lay out, most are such. A wedge from the last point drawn
   * holds the directions that pass all since; a point outside, or one that turns back, ends a line.
   * @type {function(number[], number[], number, number): string}
   */
  function stretch(px, py, from, to) {
    let [ax, ay] = [near(px[from]), near(py[from])];
    let path = `M${ax.toFixed(2)},${ay.toFixed(2)}`;
    let [x, y] = [ax, ay];
    let far = 0;
    // The wedge: from the direction (lx, ly) to (rx, ry), or all directions while none is far away.
    let [lx, ly, rx, ry] = [0, 0, 0, 0];
    for (let i = from + 1; i <= to; i++) {
      const [nx, ny] = [near(px[i]), near(py[i])];
      let [dx, dy] = [nx - ax, ny - ay];
      let length = Math.sqrt(dx * dx + dy * dy);
      const outside = lx * dy - ly * dx < 0 || rx * dy - ry * dx > 0;
      if (length < far - FINE || (length > 0 && outside)) {
        path += `L${x.toFixed(2)},${y.toFixed(2)}`;
        [ax, ay] = [x, y];
        [dx, dy] = [nx - ax, ny - ay];
        length = Math.sqrt(dx * dx + dy * dy);
        [lx, ly, rx, ry, far] = [0, 0, 0, 0, 0];
      }
      if (length > FINE) {
        const [c, s] = [Math.sqrt(length * length - FINE * FINE), FINE];
        const [bx, by] = [dx * c + dy * s, dy * c - dx * s];
        const [ex, ey] = [dx * c - dy * s, dy * c + dx * s];
        if (!(lx || ly) || lx * by - ly * bx > 0) [lx, ly] = [bx, by];
        if (!(rx || ry) || rx * ey - ry * ex < 0) [rx, ry] = [ex, ey];
        far = Math.max(far, length);
      }
      [x, y] = [nx, ny];
    }
    return to > from ? `${path}L${x.toFixed(2)},${y.toFixed(2)}` : path;
  }

  /** @param {number} p */
  const near = (p) => Math.min(Math.max(p, -5000), 5000);

  /** @param {number} p */
  const held = (p) => near(p).toFixed(2);

  /**
   * Put a word into the picture, as HTML above it.
   * @param {Frame} frame
   * @param {number} px
   * @param {number} py
   * @param {string | undefined} html
   * @param {string} [anchor]
   * @param {number} [lower] so many pixels below its place
   */
  function word(frame, px, py, html, anchor, lower = 0) {
    if (!html || !inside(frame, px, py)) return;
    const [left, top] = [(100 * px) / frame.width, (100 * (py + lower)) / frame.height];
    const side = anchor || (px > 0.72 * frame.width ? "left" : "right");
    frame.words.push(
      `<span class="dmf-word dmf-word-${side}" style="translate:${left.toFixed(2)}cqw ${top.toFixed(2)}cqh">${html}</span>`,
    );
  }

  /** How wide a character of a name below a bar is, and how far the second line of names is below. */
  const CHARACTER = 6.8;
  const SECOND_LINE = 10;

  /** @param {string} html */
  const wide = (html) => CHARACTER * html.replace(/<[^>]*>/g, "").length;

  /** @type {Dmfbook["nameBars"]} */
  dmfbook.nameBars = function (frame) {
    const names = frame.below.sort((a, b) => a.px - b.px);
    const crowded = names.some(({ px, html }, i) => {
      const before = names[i - 1];
      return before && px - before.px < (wide(html) + wide(before.html)) / 2 + 2;
    });
    names.forEach(({ px, html }, i) =>
      word(frame, px, frame.inner.bottom, html, "below", crowded && i % 2 ? SECOND_LINE : 0),
    );
  };

  /** @type {Dmfbook["inside"]} */
  dmfbook.inside = (inner, px, py) =>
    px >= inner.left - 1 && px <= inner.right + 1 && py >= inner.top - 1 && py <= inner.bottom + 1;

  /** @type {function(Frame, number, number): boolean} */
  const inside = ({ inner }, px, py) => dmfbook.inside(inner, px, py);

  /** @param {number} x */
  const short = (x) => dmfbook.format(x, 4);

  /**
   * At most so many of a list, evenly spread, each in words.
   * @param {number[]} list
   * @param {number} most
   * @param {function(number): string} words of an index
   * @param {string} [between]
   */
  function some(list, most, words, between = ", ") {
    const n = list.length;
    const every = n <= most ? 1 : (n - 1) / (most - 1);
    const chosen = Array.from({ length: Math.min(n, most) }, (_, i) => Math.round(i * every));
    return chosen.map(words).join(between);
  }

  /** @param {Curve} numbers */
  const samplePoints = ({ x, y, z }) =>
    some(x, 7, (i) => `(${[x, y, z].flatMap((all) => (all ? short(all[i]) : [])).join(", ")})`);

  /** @type {MarkKind<Curve>} */
  const line = {
    draw(mark, { x, y }, frame) {
      return `<path ${stroke(mark)} d="${polyline(x.map(frame.x.to), y.map(frame.y.to))}"/>`;
    },
    sample: samplePoints,
  };

  /** @type {MarkKind<{x: number[], lower: number[], upper: number[]}>} */
  const region = {
    draw(mark, { x, lower, upper }, frame) {
      const finite = x.map((_, i) => i).filter((i) => Number.isFinite(lower[i] + upper[i]));
      const px = finite.map((i) => frame.x.to(x[i]));
      const path = polyline(
        [...px, ...px.slice().reverse()],
        [
          ...finite.map((i) => frame.y.to(upper[i])),
          ...finite.reverse().map((i) => frame.y.to(lower[i])),
        ],
      );
      return path && `<path class="dmf-region dmf-${mark.colour}" d="${path}Z"/>`;
    },
    sample({ x, lower, upper }) {
      return some(x, 5, (i) => `${short(x[i])}: ${short(lower[i])} to ${short(upper[i])}`, "; ");
    },
  };

  /** @type {MarkKind<Curve>} */
  const points = {
    draw(mark, { x, y }, frame) {
      const r = /** @type {number} */ (mark.size);
      // One path for all: a browser lays out one element faster than hundreds of circles.
      let discs = "";
      x.forEach((_, i) => {
        const [px, py] = [frame.x.to(x[i]), frame.y.to(y[i])];
        if (!Number.isFinite(px + py) || !inside(frame, px, py)) return;
        discs += `M${(px - r).toFixed(2)},${py.toFixed(2)}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0`;
        if (i === 0) word(frame, px, py, mark.text);
      });
      const style = mark.hollow ? "dmf-hollow" : "dmf-dot";
      if (discs) frame.dots += `<path class="${style} dmf-${mark.colour}" d="${discs}"/>`;
      return "";
    },
    sample: samplePoints,
  };

  /** @type {MarkKind<Curve>} */
  const handle = {
    draw(mark, { x, y }, frame) {
      const [px, py] = [frame.x.to(x[0]), frame.y.to(y[0])];
      if (inside(frame, px, py)) {
        const at = `cx="${px.toFixed(2)}" cy="${py.toFixed(2)}"`;
        frame.dots += `<circle class="dmf-ring" ${at} r="9"/><circle class="dmf-core dmf-${mark.colour}" ${at} r="4.5"/>`;
      }
      return "";
    },
    sample: samplePoints,
  };

  /** @type {MarkKind<{x?: number, y?: number}>} */
  const rule = {
    draw(mark, { x, y = NaN }, frame) {
      const { inner } = frame;
      if (x !== undefined) {
        const px = frame.x.to(x);
        word(frame, px, inner.top + 12, mark.text);
        return `<path ${stroke(mark)} d="M${held(px)},${inner.top}V${inner.bottom}"/>`;
      }
      const py = frame.y.to(y);
      word(frame, inner.left + 8, py - 11, mark.text, "right");
      return `<path ${stroke(mark)} d="M${inner.left},${held(py)}H${inner.right}"/>`;
    },
    sample: ({ x, y = NaN }) => (x !== undefined ? `x = ${short(x)}` : `y = ${short(y)}`),
  };

  /** @type {MarkKind<{at: number[], heights: number[]}>} */
  const bars = {
    draw(mark, { at, heights }, frame) {
      const floor = frame.y.to(Math.min(Math.max(0, frame.ys[0]), frame.ys[1]));
      const half = /** @type {number} */ (mark.thickness) / 2;
      const names = mark.names ?? [];
      let path = "";
      heights.forEach((h, i) => {
        if (!Number.isFinite(h)) return;
        const left = frame.x.to(at[i] - half);
        const right = frame.x.to(at[i] + half);
        path += `M${held(left)},${held(floor)}V${held(frame.y.to(h))}H${held(right)}V${held(floor)}Z`;
        if (names[i]) frame.below.push({ px: (left + right) / 2, html: names[i] });
      });
      return `<path class="dmf-bar dmf-${mark.colour}" d="${path}"/>`;
    },
    sample: ({ heights }) => some(heights, 12, (i) => short(heights[i])),
  };

  /** @type {MarkKind<{x0: number[], y0: number[], x1: number[], y1: number[]}>} */
  const segments = {
    draw(mark, { x0, y0, x1, y1 }, frame) {
      let path = "";
      x0.forEach((_, i) => {
        const [ax, ay] = [frame.x.to(x0[i]), frame.y.to(y0[i])];
        const [bx, by] = [frame.x.to(x1[i]), frame.y.to(y1[i])];
        if (!Number.isFinite(ax + ay + bx + by)) return;
        path += `M${held(ax)},${held(ay)}L${held(bx)},${held(by)}`;
        const length = Math.hypot(bx - ax, by - ay);
        if (mark.arrow && length > 4) {
          const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
          /** @param {number} side */
          const barb = (side) =>
            `${held(bx - 8 * ux + side * 4 * uy)},${held(by - 8 * uy - side * 4 * ux)}`;
          path += `M${barb(1)}L${held(bx)},${held(by)}L${barb(-1)}`;
        }
      });
      return `<path ${stroke(mark)} d="${path}"/>`;
    },
    sample({ x0, y0, x1, y1 }) {
      /** @type {function(number, number): string} */
      const point = (x, y) => `(${short(x)}, ${short(y)})`;
      return some(x0, 5, (i) => `${point(x0[i], y0[i])} to ${point(x1[i], y1[i])}`, "; ");
    },
  };

  /** @param {{value: number[]}} numbers */
  const sampleValues = ({ value }) => some(value, 16, (i) => short(value[i]));

  /** @type {WeakMap<MarkSpec, {place: string, heat: Heat, contours: string}>} as last drawn */
  const shaded = new WeakMap();

  /** @type {MarkKind<{value: number[], low: number, high: number, levels: number[]}>} */
  const heatmap = {
    draw(mark, { value, low, high, levels }, frame) {
      const { left, right, top, bottom } = frame.inner;
      // Many a slider moves what lies on a map, and not the map.
      const place = [left, right, top, bottom, frame.width, frame.height, low, high, levels].join();
      let last = shaded.get(mark);
      if (last?.place !== place || !dmfbook.same(last.heat.values, value)) {
        const n = Math.round(Math.sqrt(value.length));
        /** @param {number} i */
        const px = (i) => left + ((right - left) * i) / (n - 1);
        /** @param {number} j */
        const py = (j) => bottom + ((top - bottom) * j) / (n - 1);
        const path = levels.map((level) => dmfbook.contour(value, n, level, px, py)).join("");
        const heat = { values: value, low, high, n, colour: mark.colour };
        last = { place, heat, contours: `<path class="dmf-contour" d="${path}"/>` };
        shaded.set(mark, last);
      }
      frame.heat = last.heat;
      return last.contours;
    },
    sample: sampleValues,
  };

  /** @type {MarkKind<Curve>} */
  const path = {
    draw(mark, { x, y }, frame) {
      const [px, py] = [x.map(frame.x.to), y.map(frame.y.to)];
      let dots = "";
      if (mark.dots && x.length <= 400) {
        px.forEach((p, i) => {
          if (inside(frame, p, py[i])) dots += `M${p.toFixed(1)},${py[i].toFixed(1)}h.01`;
        });
      }
      const last = px.length - 1;
      if (inside(frame, px[last], py[last])) {
        frame.dots += `<circle class="dmf-dot dmf-${mark.colour}" cx="${px[last].toFixed(2)}" cy="${py[last].toFixed(2)}" r="5"/>`;
      }
      return (
        `<path ${stroke(mark)} d="${polyline(px, py)}"/>` +
        (dots && `<path class="dmf-steps dmf-${mark.colour}" d="${dots}"/>`)
      );
    },
    sample: samplePoints,
  };

  /** @type {MarkKind<{value: number[]}>} */
  const cells = {
    draw(mark, { value }, { inner }) {
      const { rows, columns } = /** @type {{rows: number, columns: number}} */ (mark.along);
      const { low, high, digits } = /** @type {Required<MarkSpec>} */ (mark);
      const [w, h] = [(inner.right - inner.left) / columns, (inner.bottom - inner.top) / rows];
      let result = "";
      value.forEach((number, k) => {
        const px = inner.left + (k % columns) * w;
        const py = inner.top + Math.floor(k / columns) * h;
        const shade = Math.min(Math.max((number - low) / (high - low), 0), 1);
        result +=
          `<rect class="dmf-cell dmf-${mark.colour}" x="${px + 1}" y="${py + 1}" width="${w - 2}" height="${h - 2}" fill-opacity="${(0.06 + 0.5 * shade).toFixed(3)}"/>` +
          `<text class="dmf-cell-text" x="${px + w / 2}" y="${py + h / 2}" dy="0.35em" text-anchor="middle">${dmfbook.format(Number(number.toFixed(digits)), 6)}</text>`;
      });
      return result;
    },
    sample: sampleValues,
  };

  /** @type {MarkKind<{value: number[]}>} drawn, with all that lies on it, by surface.js */
  const surface = { draw: () => "", sample: sampleValues };

  dmfbook.marks = { line, region, points, handle, rule, bars, segments, heatmap, path, cells, surface };
})();
