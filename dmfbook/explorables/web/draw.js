/** Draws one panel of a scene as SVG, with a canvas below for shades and HTML above for words. */
(function () {
  "use strict";
  const dmfbook = (globalThis.dmfbook = globalThis.dmfbook || {});
  const MARGIN = { left: 46, right: 16, top: 10, bottom: 26 };
  const DASHES = { solid: "", dashed: "7 5", dotted: "1.5 5" };

  /**
   * @param {HTMLElement} host the `.dmf-plot` of the panel
   * @param {object} spec the panel's specification
   * @param {object} scene the panel's numbers
   * @param {number} width of the plot in pixels; measured by the caller, for asking forces a layout
   * @returns {{from: function(number, number): number[]}} pixels (of the plot) to data
   */
  dmfbook.drawPanel = function (host, spec, scene, width) {
    const height = Math.round(width / spec.aspect);
    const named = spec.x.ticks || spec.marks.some((mark) => mark.names);
    const inner = {
      left: spec.y.ticks ? MARGIN.left : 12,
      top: MARGIN.top,
      right: width - MARGIN.right,
      bottom: height - (named ? MARGIN.bottom : 10),
    };
    // Shades are sampled on the declared ranges, so there the picture gives way, and not the ranges.
    const shaded = spec.marks.some((mark) => mark.kind === "heatmap");
    if (spec.equal && shaded) fitted(scene, inner);
    const [xs, ys] = spec.equal && !shaded ? equalized(scene, inner) : [scene.x, scene.y];
    const x = dmfbook.scale(xs[0], xs[1], inner.left, inner.right, spec.x.scale === "log");
    const y = dmfbook.scale(ys[0], ys[1], inner.bottom, inner.top, spec.y.scale === "log");
    const frame = { width, height, inner, xs, ys, x, y, words: [], dots: "", heat: null };

    let marks = "";
    spec.marks.forEach((mark, i) => {
      const numbers = scene.marks[i];
      if (!numbers.hidden) marks += draw[mark.kind](mark, numbers, frame);
    });
    const box = `x="${inner.left}" y="${inner.top}" width="${inner.right - inner.left}" height="${inner.bottom - inner.top}"`;
    const view = `viewBox="${inner.left} ${inner.top} ${inner.right - inner.left} ${inner.bottom - inner.top}"`;
    const svg = host.querySelector(":scope > svg");
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (!svg.firstChild) svg.innerHTML = "<g></g><g></g>";
    const [behind, before] = svg.children;
    write(behind, axes(spec, frame));
    write(before, `<svg ${box} ${view}>${marks}</svg>${frame.dots}`);
    paintHeat(host, frame);
    write(host.querySelector(".dmf-words"), frame.words.join(""));
    return { from: (px, py) => [x.from(px), y.from(py)] };
  };

  const written = new WeakMap();

  /** Set the markup of an element unless it is there already: axes seldom change, marks do. */
  function write(element, markup) {
    if (written.get(element) === markup) return;
    written.set(element, markup);
    element.innerHTML = markup;
  }

  /** The data units of a pixel with which both ranges fit into the picture. */
  function unitOfPixel(scene, inner) {
    return Math.max(
      (scene.x[1] - scene.x[0]) / (inner.right - inner.left),
      (scene.y[1] - scene.y[0]) / (inner.bottom - inner.top),
    );
  }

  /** Narrow or lower the picture about its middle until one unit is as long across as up. */
  function fitted(scene, inner) {
    const unit = unitOfPixel(scene, inner);
    const across = (inner.right - inner.left - (scene.x[1] - scene.x[0]) / unit) / 2;
    const up = (inner.bottom - inner.top - (scene.y[1] - scene.y[0]) / unit) / 2;
    inner.left += across;
    inner.right -= across;
    inner.top += up;
    inner.bottom -= up;
  }

  /** Ranges with one unit as long across as up: the tighter one grows about its middle. */
  function equalized(scene, inner) {
    const unit = unitOfPixel(scene, inner);
    const grown = ([low, high], pixels) => {
      const middle = (low + high) / 2;
      return [middle - (unit * pixels) / 2, middle + (unit * pixels) / 2];
    };
    return [
      grown(scene.x, inner.right - inner.left),
      grown(scene.y, inner.bottom - inner.top),
    ];
  }

  function axes(spec, { inner, xs, ys, x, y }) {
    let lines = "";
    let texts = "";
    const across = spec.x.ticks
      ? dmfbook.ticks(xs[0], xs[1], (inner.right - inner.left) / 75, spec.x.scale === "log")
      : [];
    for (const t of across) {
      const px = x.to(t).toFixed(1);
      lines += `M${px},${inner.top}V${inner.bottom}`;
      texts += `<text x="${px}" y="${inner.bottom + 17}" text-anchor="middle">${dmfbook.format(t, 6)}</text>`;
    }
    const up = spec.y.ticks
      ? dmfbook.ticks(ys[0], ys[1], (inner.bottom - inner.top) / 42, spec.y.scale === "log")
      : [];
    for (const t of up) {
      const py = y.to(t).toFixed(1);
      lines += `M${inner.left},${py}H${inner.right}`;
      texts += `<text x="${inner.left - 7}" y="${py}" dy="0.35em" text-anchor="end">${dmfbook.format(t, 6)}</text>`;
    }
    const zero = (range, scale) => scale !== "log" && range[0] < 0 && range[1] > 0;
    const origin =
      (spec.x.ticks && zero(xs, spec.x.scale) ? `M${x.to(0).toFixed(1)},${inner.top}V${inner.bottom}` : "") +
      (spec.y.ticks && zero(ys, spec.y.scale) ? `M${inner.left},${y.to(0).toFixed(1)}H${inner.right}` : "");
    return (
      `<path class="dmf-grid" d="${lines}"/><path class="dmf-axis" d="${origin}"/>` +
      `<g class="dmf-ticks">${texts}</g>`
    );
  }

  const stroke = (mark) =>
    `class="dmf-stroke dmf-${mark.colour}" stroke-width="${mark.width}" stroke-dasharray="${DASHES[mark.dash]}"`;

  /** The path through finite points; far-away ones are held near the picture. */
  function polyline(px, py) {
    let path = "";
    let pen = false;
    for (let i = 0; i < px.length; i++) {
      if (Number.isFinite(px[i]) && Number.isFinite(py[i])) {
        path += `${pen ? "L" : "M"}${held(px[i])},${held(py[i])}`;
        pen = true;
      } else {
        pen = false;
      }
    }
    return path;
  }
  const held = (p) => Math.min(Math.max(p, -5000), 5000).toFixed(2);

  function word(frame, px, py, html, anchor) {
    if (!html || !inside(frame, px, py)) return;
    const [left, top] = [(100 * px) / frame.width, (100 * py) / frame.height];
    const side = anchor || (px > 0.72 * frame.width ? "left" : "right");
    frame.words.push(
      `<span class="dmf-word dmf-word-${side}" style="left:${left.toFixed(2)}%;top:${top.toFixed(2)}%">${html}</span>`,
    );
  }
  const inside = ({ inner }, px, py) =>
    px >= inner.left - 1 && px <= inner.right + 1 && py >= inner.top - 1 && py <= inner.bottom + 1;

  const draw = {
    line(mark, { x, y }, frame) {
      return `<path ${stroke(mark)} d="${polyline(x.map(frame.x.to), y.map(frame.y.to))}"/>`;
    },
    region(mark, { x, lower, upper }, frame) {
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
    points(mark, { x, y }, frame) {
      const r = mark.size;
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
    rule(mark, { x, y }, frame) {
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
    bars(mark, { at, heights }, frame) {
      const floor = frame.y.to(Math.min(Math.max(0, frame.ys[0]), frame.ys[1]));
      let path = "";
      heights.forEach((h, i) => {
        if (!Number.isFinite(h)) return;
        const left = frame.x.to(at[i] - mark.thickness / 2);
        const right = frame.x.to(at[i] + mark.thickness / 2);
        path += `M${held(left)},${held(floor)}V${held(frame.y.to(h))}H${held(right)}V${held(floor)}Z`;
        if (mark.names && mark.names[i]) {
          word(frame, (left + right) / 2, frame.inner.bottom, mark.names[i], "below");
        }
      });
      return `<path class="dmf-bar dmf-${mark.colour}" d="${path}"/>`;
    },
    segments(mark, { x0, y0, x1, y1 }, frame) {
      let path = "";
      x0.forEach((_, i) => {
        const [ax, ay] = [frame.x.to(x0[i]), frame.y.to(y0[i])];
        const [bx, by] = [frame.x.to(x1[i]), frame.y.to(y1[i])];
        if (!Number.isFinite(ax + ay + bx + by)) return;
        path += `M${held(ax)},${held(ay)}L${held(bx)},${held(by)}`;
        const length = Math.hypot(bx - ax, by - ay);
        if (mark.arrow && length > 4) {
          const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
          const barb = (side) => `${held(bx - 8 * ux + side * 4 * uy)},${held(by - 8 * uy - side * 4 * ux)}`;
          path += `M${barb(1)}L${held(bx)},${held(by)}L${barb(-1)}`;
        }
      });
      return `<path ${stroke(mark)} d="${path}"/>`;
    },
    heatmap(mark, { value: values, low, high, levels }, frame) {
      const n = mark.resolution;
      frame.heat = { values, low, high, n, colour: mark.colour };
      const { inner } = frame;
      const at = (scale, [a, b], k) => scale.to(a + ((b - a) * k) / (n - 1));
      const path = levels
        .map((level) =>
          dmfbook.contour(
            values,
            n,
            level,
            (i) => at({ to: (u) => u }, [inner.left, inner.right], i),
            (j) => at({ to: (u) => u }, [inner.bottom, inner.top], j),
          ),
        )
        .join("");
      return `<path class="dmf-contour" d="${path}"/>`;
    },
    path(mark, { x, y }, frame) {
      const [px, py] = [x.map(frame.x.to), y.map(frame.y.to)];
      let dots = "";
      if (mark.dots && x.length <= 400) {
        px.forEach((p, i) => {
          if (inside(frame, p, py[i])) {
            dots += `M${p.toFixed(1)},${py[i].toFixed(1)}h.01`;
          }
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
    cells(mark, { value: values }, frame) {
      const { inner } = frame;
      const [w, h] = [
        (inner.right - inner.left) / mark.columns,
        (inner.bottom - inner.top) / mark.rows,
      ];
      let result = "";
      values.forEach((value, k) => {
        const px = inner.left + (k % mark.columns) * w;
        const py = inner.top + Math.floor(k / mark.columns) * h;
        const shade = Math.min(Math.max((value - mark.low) / (mark.high - mark.low), 0), 1);
        result +=
          `<rect class="dmf-cell dmf-${mark.colour}" x="${px + 1}" y="${py + 1}" width="${w - 2}" height="${h - 2}" fill-opacity="${(0.06 + 0.5 * shade).toFixed(3)}"/>` +
          `<text class="dmf-cell-text" x="${px + w / 2}" y="${py + h / 2}" dy="0.35em" text-anchor="middle">${dmfbook.format(Number(value.toFixed(mark.digits)), 6)}</text>`;
      });
      return result;
    },
  };

  const tints = new Map();
  dmfbook.forgetTints = () => tints.clear();

  /** A palette colour as red, green, blue; remembered, because asking forces a style pass. */
  function tint(host, colour) {
    if (!tints.has(colour)) {
      const hex = getComputedStyle(host).getPropertyValue(`--dmf-${colour}`).trim();
      tints.set(colour, hex.match(/[0-9a-f]{2}/gi).map((h) => parseInt(h, 16)));
    }
    return tints.get(colour);
  }

  /** Shade the canvas below the picture; its pixels are centred on the samples. */
  function paintHeat(host, frame) {
    const holder = host.querySelector(".dmf-heat");
    if (!holder) return;
    holder.hidden = !frame.heat;
    if (!frame.heat) return;
    const { values, low, high, n, colour } = frame.heat;
    const { inner, width, height } = frame;
    const canvas = holder.querySelector("canvas");
    canvas.width = canvas.height = n;
    const [red, green, blue] = tint(host, colour);
    const image = new ImageData(n, n);
    for (let k = 0; k < n * n; k++) {
      const shade = Math.min(Math.max((values[k] - low) / (high - low || 1), 0), 1);
      // The picture's first row is the highest, the function's the lowest.
      const at = 4 * ((n - 1 - Math.floor(k / n)) * n + (k % n));
      image.data[at] = red;
      image.data[at + 1] = green;
      image.data[at + 2] = blue;
      image.data[at + 3] = 150 * (1 - Math.sqrt(shade));
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    const percent = (part, whole) => `${((100 * part) / whole).toFixed(3)}%`;
    Object.assign(holder.style, {
      left: percent(inner.left, width),
      top: percent(inner.top, height),
      width: percent(inner.right - inner.left, width),
      height: percent(inner.bottom - inner.top, height),
    });
    const overhang = 100 / (2 * (n - 1));
    Object.assign(canvas.style, {
      left: `-${overhang}%`,
      top: `-${overhang}%`,
      width: `${100 + 2 * overhang}%`,
      height: `${100 + 2 * overhang}%`,
    });
  }
})();
