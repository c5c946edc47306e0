/** Draws one panel of a scene as SVG, with a canvas below for shades and HTML above for words. */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";
  const MARGIN = { left: 46, right: 16, top: 10, bottom: 26 };
  /** A panel that is narrower than so many pixels has smaller margins. */
  const NARROW = 240;
  /** How wide a digit of a tick is, in pixels. */
  const DIGIT = 6.4;

  /**
   * Draw a panel, and return the frame in which it is drawn.
   * @param {HTMLElement} host the `.dmf-plot` of the panel
   * @param {PanelSpec} spec
   * @param {PanelNumbers} scene
   * @param {Size} size of the plot in pixels; measured by the caller, for asking forces a layout
   */
  dmfbook.drawPanel = function (host, spec, scene, size) {
    if (spec.names) return dmfbook.drawSurface(host, spec, scene, size);
    const { width, height } = size;
    const narrow = width < NARROW;
    const named = spec.x.ticks || spec.marks.some((mark) => mark.names);
    const left = spec.y.ticks ? MARGIN.left - (narrow ? 8 : 0) : narrow ? 4 : 12;
    const right = narrow ? (spec.marks.some(({ kind }) => kind === "handle") ? 11 : 8) : MARGIN.right;
    const inner = {
      left,
      right: Math.max(width - right, left + 1),
      top: MARGIN.top,
      bottom: Math.max(height - (named ? MARGIN.bottom : 10), MARGIN.top + 1),
    };
    // Shades are sampled on the declared ranges, so there the picture gives way, and not the ranges.
    const shaded = spec.marks.some((mark) => mark.kind === "heatmap");
    if (spec.equal && shaded) fitted(scene, inner);
    const [xs, ys] = spec.equal && !shaded ? equalized(scene, inner) : [scene.x, scene.y];
    const x = dmfbook.scale(xs[0], xs[1], inner.left, inner.right, spec.x.scale === "log");
    const y = dmfbook.scale(ys[0], ys[1], inner.bottom, inner.top, spec.y.scale === "log");
    /** @type {Frame} */
    const frame = { width, height, inner, xs, ys, x, y, words: [], below: [], dots: "", heat: null };

    const marks = spec.marks.map((mark, i) => {
      const numbers = scene.marks[i];
      return numbers.hidden ? "" : dmfbook.marks[mark.kind].draw(mark, numbers, frame);
    });
    dmfbook.nameBars(frame);
    const box = `x="${inner.left}" y="${inner.top}" width="${inner.right - inner.left}" height="${inner.bottom - inner.top}"`;
    const view = `viewBox="${inner.left} ${inner.top} ${inner.right - inner.left} ${inner.bottom - inner.top}"`;
    const svg = dmfbook.find(host, ":scope > svg");
    dmfbook.alter(svg, "viewBox", `0 0 ${width} ${height}`);
    if (!svg.firstChild) svg.innerHTML = "<g></g><g></g>";
    const [behind, before] = svg.children;
    dmfbook.write(behind, axes(spec, frame));
    dmfbook.write(before, `<svg ${box} ${view}>${"<g></g>".repeat(marks.length)}</svg><g></g>`);
    const [clip, dots] = before.children;
    marks.forEach((mark, i) => dmfbook.write(clip.children[i], mark));
    dmfbook.write(dots, frame.dots);
    paintHeat(host, frame);
    dmfbook.write(dmfbook.find(host, ".dmf-words"), frame.words.join(""));
    return frame;
  };

  /** @type {WeakMap<Element, string>} */
  const written = new WeakMap();

  /**
   * Set the markup of an element unless it is there already: axes seldom change, and a slider
   * moves a few of the marks.
   * @type {Dmfbook["write"]}
   */
  dmfbook.write = function write(element, markup) {
    const before = written.get(element);
    if (before === markup) return;
    written.set(element, markup);
    if (before === undefined || !amended(element, before, markup)) element.innerHTML = markup;
  };

  /**
   * Change the attributes alone, if nothing else differs: to parse, style and lay out new elements
   * costs as much as all numbers of a picture. Quotes part a markup into values, at odd places, and
   * what stands around them; whatever else a quote or an ampersand may be is left to the parser.
   * @type {function(Element, string, string): boolean}
   */
  function amended(element, before, markup) {
    const [old, now] = [before.split('"'), markup.split('"')];
    const changed = now.flatMap((part, i) => (part === old[i] ? [] : [i]));
    const last = now.length - 1;
    if (old.length !== now.length || changed.some((i) => i % 2 === 0 || now[i].includes("&"))) return false;
    if (now.some((part, i) => i % 2 === 0 && i < last && !part.endsWith("="))) return false;
    const elements = element.getElementsByTagName("*");
    let [opened, read] = [0, 0];
    for (const i of changed) {
      for (; read < i; read += 2) opened += now[read].split(/<[a-z]/i).length - 1;
      const name = now[i - 1].slice(now[i - 1].lastIndexOf(" ") + 1, -1);
      elements[opened - 1].setAttribute(name, now[i]);
    }
    return true;
  }

  /**
   * Set an attribute unless it has that value: a viewBox that is set again, the same, lays out every
   * text of its picture again.
   * @type {Dmfbook["alter"]}
   */
  dmfbook.alter = function (element, name, value) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  };

  /**
   * The data units of a pixel with which both ranges fit into the picture.
   * @param {PanelNumbers} scene
   * @param {Box} inner
   */
  function unitOfPixel(scene, inner) {
    return Math.max(
      (scene.x[1] - scene.x[0]) / (inner.right - inner.left),
      (scene.y[1] - scene.y[0]) / (inner.bottom - inner.top),
    );
  }

  /**
   * Narrow or lower the picture about its middle until one unit is as long across as up.
   * @param {PanelNumbers} scene
   * @param {Box} inner
   */
  function fitted(scene, inner) {
    const unit = unitOfPixel(scene, inner);
    const across = (inner.right - inner.left - (scene.x[1] - scene.x[0]) / unit) / 2;
    const up = (inner.bottom - inner.top - (scene.y[1] - scene.y[0]) / unit) / 2;
    inner.left += across;
    inner.right -= across;
    inner.top += up;
    inner.bottom -= up;
  }

  /**
   * Ranges with one unit as long across as up: the tighter one grows about its middle.
   * @param {PanelNumbers} scene
   * @param {Box} inner
   * @returns {[Ends, Ends]}
   */
  function equalized(scene, inner) {
    const unit = unitOfPixel(scene, inner);
    /** @type {function(Ends, number): Ends} */
    const grown = ([low, high], pixels) => {
      const middle = (low + high) / 2;
      return [middle - (unit * pixels) / 2, middle + (unit * pixels) / 2];
    };
    return [
      grown(scene.x, inner.right - inner.left),
      grown(scene.y, inner.bottom - inner.top),
    ];
  }

  /**
   * @param {PanelSpec} spec
   * @param {Frame} frame
   */
  function axes(spec, { width, inner, xs, ys, x, y }) {
    let lines = "";
    let texts = "";
    const across = spec.x.ticks
      ? dmfbook.ticks(xs[0], xs[1], (inner.right - inner.left) / 75, spec.x.scale === "log")
      : [];
    for (const t of across) {
      const px = x.to(t).toFixed(1);
      lines += `M${px},${inner.top}V${inner.bottom}`;
      const text = dmfbook.format(t, 6);
      // The last one is not cut off by the edge of the panel.
      const at = Math.min(x.to(t), width - (text.length * DIGIT) / 2).toFixed(1);
      texts += `<text x="${at}" y="${inner.bottom + 17}" text-anchor="middle">${text}</text>`;
    }
    const up = spec.y.ticks
      ? dmfbook.ticks(ys[0], ys[1], (inner.bottom - inner.top) / 42, spec.y.scale === "log")
      : [];
    for (const t of up) {
      const py = y.to(t).toFixed(1);
      lines += `M${inner.left},${py}H${inner.right}`;
      texts += `<text x="${inner.left - 7}" y="${py}" dy="0.35em" text-anchor="end">${dmfbook.format(t, 6)}</text>`;
    }
    /** @type {function(Ends, Scale): boolean} */
    const zero = (range, scale) => scale !== "log" && range[0] < 0 && range[1] > 0;
    const origin =
      (spec.x.ticks && zero(xs, spec.x.scale) ? `M${x.to(0).toFixed(1)},${inner.top}V${inner.bottom}` : "") +
      (spec.y.ticks && zero(ys, spec.y.scale) ? `M${inner.left},${y.to(0).toFixed(1)}H${inner.right}` : "");
    return (
      `<path class="dmf-grid" d="${lines}"/><path class="dmf-axis" d="${origin}"/>` +
      `<g class="dmf-ticks">${texts}</g>`
    );
  }

  /** @type {Map<string, number[]>} */
  const tints = new Map();
  dmfbook.tint = tint;
  dmfbook.forgetTints = () => tints.clear();

  /**
   * A palette colour as red, green, blue; remembered, because asking forces a style pass.
   * Grey where the styles are missing: a page without them still shows every number.
   * @param {Element} host
   * @param {string} colour
   */
  function tint(host, colour) {
    const known = tints.get(colour);
    if (known) return known;
    const hex = getComputedStyle(host).getPropertyValue(`--dmf-${colour}`).trim();
    const parts = /^#[0-9a-f]{6}$/i.test(hex) ? hex.slice(1).match(/../g) || [] : ["80", "80", "80"];
    const found = parts.map((h) => parseInt(h, 16));
    tints.set(colour, found);
    return found;
  }

  /** @type {WeakMap<Element, {heat: Heat, tint: number[]}>} what a canvas shows */
  const painted = new WeakMap();

  /**
   * Shade the canvas below the picture, unless it shows that already; its pixels are centred on the
   * samples.
   * @param {Element} host
   * @param {Frame} frame
   */
  function paintHeat(host, frame) {
    const holder = host.querySelector(".dmf-heat");
    if (!(holder instanceof HTMLElement)) return;
    holder.hidden = !frame.heat;
    if (!frame.heat) return;
    const { values, low, high, n, colour } = frame.heat;
    const { inner, width, height } = frame;
    const canvas = /** @type {HTMLCanvasElement} */ (dmfbook.find(holder, "canvas"));
    const context = canvas.getContext("2d");
    const inks = tint(host, colour);
    const shown = painted.get(canvas);
    if (!context || (shown?.heat === frame.heat && shown.tint === inks)) return;
    painted.set(canvas, { heat: frame.heat, tint: inks });
    canvas.width = canvas.height = n;
    const [red, green, blue] = inks;
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
    context.putImageData(image, 0, 0);
    /** @type {function(number, number): string} */
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
