/** Draws a panel with a surface, and lets the reader turn it: shades on a canvas, the rest as SVG. */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";
  const MARGIN = { side: 24, top: 6, bottom: 30 };
  /** Degrees for a pixel of a drag, and for a key. */
  const DRAG = 0.5;
  const KEY = 5;
  /** How many shades there are. */
  const SHADES = { share: 64, light: 12 };

  /**
   * @typedef {object} View what a panel shows, and whence
   * @property {[number, number]} turn
   * @property {PanelSpec} spec
   * @property {PanelNumbers} scene
   * @property {Size} size
   * @property {{frame: string, heights: number[]}} [painted] what the canvas shows
   */
  /** @type {WeakMap<HTMLElement, View>} */
  const views = new WeakMap();

  /** @type {Dmfbook["drawSurface"]} */
  dmfbook.drawSurface = function (host, spec, scene, size) {
    const known = views.get(host);
    if (known) Object.assign(known, { spec, scene, size });
    else {
      const view = { turn: declared(spec), spec, scene, size };
      views.set(host, view);
      turning(host, view);
    }
    redraw(host);
    return null;
  };

  /** @type {Dmfbook["turnOf"]} */
  dmfbook.turnOf = (host) => views.get(host)?.turn;

  /** @type {function(PanelSpec): [number, number]} */
  const declared = (spec) => [.../** @type {[number, number]} */ (spec.marks[0].turn)];

  /**
   * Turn by a drag and by the arrow keys; a finger turns sideways only, and scrolls the page otherwise.
   * @param {HTMLElement} host
   * @param {View} view
   */
  function turning(host, view) {
    /** @type {function(number, number): void} */
    const turn = (about, down) => {
      view.turn[0] = (((view.turn[0] + about) % 360) + 360) % 360;
      view.turn[1] = Math.min(Math.max(view.turn[1] + down, 0), 90);
      redraw(host);
    };
    const back = () => {
      view.turn = declared(view.spec);
      redraw(host);
    };
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => turn(KEY, 0),
      ArrowRight: () => turn(-KEY, 0),
      ArrowUp: () => turn(0, KEY),
      ArrowDown: () => turn(0, -KEY),
      Home: back,
    };
    host.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || !Object.hasOwn(keys, event.key)) return;
      event.preventDefault();
      keys[event.key]();
    });
    host.addEventListener("dblclick", back);
    host.addEventListener("dragstart", (event) => event.preventDefault());
    let [px, py] = [0, 0];
    host.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      host.setPointerCapture(event.pointerId);
      [px, py] = [event.clientX, event.clientY];
    });
    host.addEventListener("pointermove", (event) => {
      if (!host.hasPointerCapture(event.pointerId)) return;
      const down = event.pointerType === "touch" ? 0 : event.clientY - py;
      turn(-DRAG * (event.clientX - px), DRAG * down);
      [px, py] = [event.clientX, event.clientY];
    });
  }

  /** @param {HTMLElement} host */
  function redraw(host) {
    const view = /** @type {View} */ (views.get(host));
    const { turn, spec, scene, size } = view;
    const { width, height } = size;
    const [mark, ...others] = spec.marks;
    const [{ value, low, high, levels, hidden }, ...numbers] = scene.marks;
    const rise = /** @type {number} */ (mark.rise);
    const relief = dmfbook.relief({
      heights: value || [NaN, NaN, NaN, NaN],
      x: scene.x,
      y: scene.y,
      z: hidden ? [0, 1] : [low, high],
      turn,
      rise,
      equal: spec.equal,
    });
    const down = (turn[1] * Math.PI) / 180;
    const unit = Math.min(
      (width - 2 * MARGIN.side) / Math.sqrt(8),
      (height - MARGIN.top - MARGIN.bottom) / (Math.sqrt(8) * Math.sin(down) + rise * Math.cos(down)),
    );
    const middle = [width / 2, (height + MARGIN.top - MARGIN.bottom) / 2];
    /** @type {Paper} */
    const paper = {
      width,
      height,
      to: ([a, b]) => [middle[0] + unit * a, middle[1] - unit * b],
      at: (x, y, z) => paper.to(relief.flat(x, y, z)),
    };
    const box = boxOf(scene, hidden ? [0, 1] : [low, high], relief, paper, spec);
    // Many a slider moves what lies on a surface, and not the surface.
    /** @type {number[]} */
    const heights = value || [];
    const range = [scene.x, scene.y, low, high, levels, hidden];
    const frame = [turn, width, height, globalThis.devicePixelRatio, range, inks(host, mark), box.behind].join();
    if (view.painted?.frame !== frame || !dmfbook.same(view.painted.heights, heights)) {
      paint(host, paper, mark, relief, levels || [], box.behind);
      view.painted = { frame, heights };
    }

    let lines = `<path class="dmf-axis" d="${box.before}"/>`;
    let dots = "";
    /** @type {string[]} */
    const words = box.names;
    others.forEach((one, i) => {
      if (numbers[i].hidden || hidden) return;
      const drawn = lying(one, numbers[i], relief, paper);
      lines += drawn.lines;
      dots += drawn.dots;
      words.push(drawn.word);
    });
    const svg = dmfbook.find(host, ":scope > svg");
    dmfbook.alter(svg, "viewBox", `0 0 ${width} ${height}`);
    if (!svg.firstChild) svg.innerHTML = `<g class="dmf-ticks"></g><g></g>`;
    dmfbook.write(svg.children[0], box.ticks);
    dmfbook.write(svg.children[1], `<svg>${lines}</svg>${dots}`);
    dmfbook.write(dmfbook.find(host, ".dmf-words"), words.join(""));
  }

  /**
   * The edges of the box, behind the surface and before it, its ticks, and the names of its axes.
   * @param {PanelNumbers} scene
   * @param {Ends} z
   * @param {Relief} relief
   * @param {Paper} paper
   * @param {PanelSpec} spec
   */
  function boxOf({ x, y }, z, relief, paper, spec) {
    const { at } = paper;
    /** @type {function(Ends, number): Ends} the ends, the nearer one first */
    const ordered = ([low, high], ahead) => (ahead > 0 ? [high, low] : [low, high]);
    const [nearX, farX] = ordered(x, relief.toward[0]);
    const [nearY, farY] = ordered(y, relief.toward[1]);
    /** @type {(...corners: number[][]) => string} */
    const path = (...corners) => `M${corners.map((c) => at(c[0], c[1], c[2]).map(fixed)).join("L")}`;
    // The two outermost corners of the floor, as seen: the upright axis stands at the left one.
    const outer = [[nearX, farY], [farX, nearY]].sort((p, q) => at(p[0], p[1], z[0])[0] - at(q[0], q[1], z[0])[0]);
    const [left, right] = outer;
    const tall = length(at, [...left, z[0]], [...left, z[1]]);
    const upright = spec.y.ticks && tall > 30 ? dmfbook.ticks(z[0], z[1], tall / 40, false) : [];
    let behind =
      path([nearX, farY, z[0]], [farX, farY, z[0]], [farX, nearY, z[0]]) +
      path([nearX, farY, z[1]], [farX, farY, z[1]], [farX, nearY, z[1]]) +
      path([farX, farY, z[0]], [farX, farY, z[1]]) +
      path([...right, z[0]], [...right, z[1]]);
    for (const t of upright) behind += path([nearX, farY, t], [farX, farY, t], [farX, nearY, t]);
    const before =
      path([farX, nearY, z[0]], [nearX, nearY, z[0]], [nearX, farY, z[0]]) + path([...left, z[0]], [...left, z[1]]);

    let ticks = "";
    /** @type {string[]} */
    const names = [];
    for (const t of upright) {
      const [px, py] = at(left[0], left[1], t);
      ticks += tick(px - 6, py, t, "end");
    }
    const edges = /** @type {const} */ ([
      [x, spec.x, (/** @type {number} */ t) => [t, nearY, z[0]], (/** @type {number} */ t) => [t, farY, z[0]]],
      [y, spec.y, (/** @type {number} */ t) => [nearX, t, z[0]], (/** @type {number} */ t) => [farX, t, z[0]]],
    ]);
    edges.forEach(([range, axis, here, across], k) => {
      const long = length(at, here(range[0]), here(range[1]));
      if (long < 50) return;
      // Outwards on paper, and a little down, so that no word stands on the edge.
      const middle = (range[0] + range[1]) / 2;
      const [p, q] = [at(...triple(here(middle))), at(...triple(across(middle)))];
      const way = unitOf(p[0] - q[0], p[1] - q[1]);
      const [ox, oy] = unitOf(way[0], way[1] + 0.6);
      if (axis.ticks) {
        for (const t of dmfbook.ticks(range[0], range[1], long / 55, false)) {
          const [px, py] = at(...triple(here(t)));
          ticks += tick(px + 13 * ox, py + 11 * oy, t, "middle");
        }
      }
      const name = spec.names && spec.names[k];
      const [px, py] = [p[0] + 22 * ox, p[1] + 34 * oy];
      // Beside the edge's middle, the farther aside the steeper the edge, and never out of the picture.
      const ends = [`${fixed(-px)}px`, `${fixed(45 * ox - 50)}%`, `${fixed(paper.width - px)}px - 100%`];
      if (name) names.push(word(paper, px, py, name, "at", `;transform:translate(clamp(${ends}),-50%)`));
    });
    return { behind, before, ticks, names };
  }

  /** @type {function(readonly number[]): [number, number, number]} */
  const triple = (place) => /** @type {[number, number, number]} */ (place);

  /** @type {function(Paper["at"], readonly number[], readonly number[]): number} */
  function length(at, from, to) {
    const [p, q] = [at(...triple(from)), at(...triple(to))];
    return Math.hypot(p[0] - q[0], p[1] - q[1]);
  }

  /** @type {function(number, number): number[]} */
  function unitOf(dx, dy) {
    const size = Math.hypot(dx, dy) || 1;
    return [dx / size, dy / size];
  }

  /** @param {number} p */
  const fixed = (p) => String(Math.round(p * 10) / 10);

  /** @type {function(number, number, number, string): string} */
  const tick = (px, py, t, anchor) =>
    `<text x="${fixed(px)}" y="${fixed(py)}" dy="0.35em" text-anchor="${anchor}">${dmfbook.format(t, 6)}</text>`;

  /** @type {(paper: Paper, px: number, py: number, html: string, side: string, style?: string) => string} */
  const word = ({ width, height }, px, py, html, side, style = "") =>
    `<span class="dmf-word dmf-word-${side}" style="translate:${fixed((100 * px) / width)}cqw ${fixed((100 * py) / height)}cqh${style}">${html}</span>`;

  /**
   * A line, a path or points on the surface; what a nearer part of it hides is faint.
   * @type {function(MarkSpec, MarkNumbers, Relief, Paper): {lines: string, dots: string, word: string}}
   */
  function lying(mark, { x, y, z }, relief, paper) {
    const result = { lines: "", dots: "", word: "" };
    /** @type {function(number): boolean} */
    const there = (i) => relief.inside(x[i], y[i], z[i]);
    if (mark.kind !== "points") {
      const { before, behind } = relief.traced(x, y, z);
      const stroke = `dmf-stroke dmf-${mark.colour}" stroke-width="${mark.width}" stroke-dasharray="${mark.dash}`;
      /** @type {function(number[][][]): string} */
      const drawn = (stretches) => stretches.map((s) => `M${s.map((p) => paper.to(p).map(fixed)).join("L")}`).join("");
      if (behind.length) result.lines += `<path class="dmf-behind ${stroke}" d="${drawn(behind)}"/>`;
      if (before.length) result.lines += `<path class="${stroke}" d="${drawn(before)}"/>`;
    }
    const last = x.length - 1;
    if (mark.kind === "path") {
      let steps = "";
      for (let i = 0; mark.dots && i < last; i++) {
        if (!there(i) || !relief.seen(x[i], y[i], z[i])) continue;
        const [px, py] = paper.at(x[i], y[i], z[i]);
        steps += `M${fixed(px)},${fixed(py)}h0.01`;
      }
      if (steps) result.lines += `<path class="dmf-steps dmf-${mark.colour}" d="${steps}"/>`;
    }
    if (mark.kind === "line") return result;
    const r = mark.kind === "path" ? 5 : /** @type {number} */ (mark.size);
    for (let i = mark.kind === "path" ? last : 0; i <= last; i++) {
      if (!there(i)) continue;
      const [px, py] = paper.at(x[i], y[i], z[i]);
      const style = `${mark.hollow ? "dmf-hollow" : "dmf-dot"} dmf-${mark.colour}`;
      const behind = relief.seen(x[i], y[i], z[i]) ? "" : "dmf-behind ";
      result.dots += `<circle class="${behind}${style}" cx="${fixed(px)}" cy="${fixed(py)}" r="${r}"/>`;
      if (i === 0 && mark.text) result.word = word(paper, px, py, mark.text, px > 0.72 * paper.width ? "left" : "right");
    }
    return result;
  }

  /**
   * Paint the box and the surface on the canvas below the picture.
   * @param {HTMLElement} host
   * @param {Paper} paper
   * @param {MarkSpec} mark
   * @param {Relief} relief
   * @param {number[]} levels
   * @param {string} behind
   */
  function paint(host, { width, height, to }, mark, relief, levels, behind) {
    const canvas = /** @type {HTMLCanvasElement} */ (dmfbook.find(host, "canvas"));
    const context = canvas.getContext("2d");
    if (!context) return;
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
    const size = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== size[0]) canvas.width = size[0];
    if (canvas.height !== size[1]) canvas.height = size[1];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.lineJoin = context.lineCap = "round";
    /** @type {function(string): string} */
    const css = (name) => `rgb(${dmfbook.tint(host, name).join()})`;
    context.strokeStyle = css("line");
    context.lineWidth = 1;
    context.stroke(new Path2D(behind));
    const shades = shadesOf(host, mark.colour);
    /** @type {function(string, number): string} */
    const ink = (name, opacity) => `rgba(${[...dmfbook.tint(host, name), opacity].join()})`;
    const pens = {
      level: { colour: ink("soft", 0.55), width: 0.8 },
      edge: { colour: ink("soft", 0.7), width: 0.8 },
      rim: { colour: ink("ink", 0.75), width: 1.1 },
    };
    const [[x0, y0], [x1, y1]] = [to([0, 0]), to([1, 1])];
    const [sx, sy] = [x1 - x0, y1 - y0];
    // Neighbours of one colour, and the lines of a cell, are drawn as one: that halves the time.
    let open = "";
    const close = () => {
      if (open in pens) context.stroke();
      else if (open) context.fill();
      open = "";
    };
    relief.paint(
      levels,
      (corners, count, share, light, under) => {
        const colour = shades(share, light, under);
        if (colour !== open) {
          close();
          context.fillStyle = open = colour;
          context.beginPath();
        }
        let [cx, cy] = [0, 0];
        for (let k = 0; k < 2 * count; k += 2) {
          cx += corners[k] / count;
          cy += corners[k + 1] / count;
        }
        // Half a pixel larger, so that no ground shows between two cells.
        for (let k = 0; k < 2 * count; k += 2) {
          const dx = (corners[k] - cx) * sx;
          const dy = (corners[k + 1] - cy) * sy;
          const grown = 1 + 0.7 / (Math.abs(dx) + Math.abs(dy) + 0.01);
          const px = x0 + cx * sx + dx * grown;
          const py = y0 + cy * sy + dy * grown;
          if (k) context.lineTo(px, py);
          else context.moveTo(px, py);
        }
      },
      (kind, ax, ay, bx, by) => {
        if (kind !== open) {
          close();
          open = kind;
          context.strokeStyle = pens[kind].colour;
          context.lineWidth = pens[kind].width;
          context.beginPath();
        }
        context.moveTo(x0 + ax * sx, y0 + ay * sy);
        context.lineTo(x0 + bx * sx, y0 + by * sy);
      },
    );
    close();
  }

  /**
   * The colours in which a surface is painted.
   * @type {function(HTMLElement, MarkSpec): number[][]}
   */
  const inks = (host, mark) => ["line", "soft", "ink", "panel", mark.colour].map((name) => dmfbook.tint(host, name));

  /** @type {Map<string, string[]>} */
  const tables = new Map();

  /**
   * The colour of a face: paper with the mark's colour, the more the lower it is, in its light.
   * @param {HTMLElement} host
   * @param {Colour} colour
   */
  function shadesOf(host, colour) {
    const [paper, full, soft] = ["panel", colour, "soft"].map((name) => dmfbook.tint(host, name));
    const key = [paper, full, soft].join();
    const table = tables.get(key) || [];
    tables.set(key, table);
    /** @type {function(number, number, boolean): string} */
    return (share, light, under) => {
      const s = Math.round(Math.min(Math.max(share, 0), 1) * SHADES.share);
      const l = Math.round(Math.min(light, 1) * SHADES.light);
      const at = (s * (SHADES.light + 1) + l) * 2 + Number(under);
      return (table[at] ??= shade(paper, full, soft, s / SHADES.share, l / SHADES.light, under));
    };
  }

  /** @type {function(number[], number[], number[], number, number, boolean): string} */
  function shade(paper, full, soft, share, light, under) {
    const amount = 0.04 + 0.5 * (1 - share) + 0.3 * (1 - light);
    const parts = paper.map((p, k) => {
      const lit = p + (full[k] - p) * amount;
      return Math.round(under ? lit + (soft[k] - lit) * 0.2 : lit);
    });
    return `rgb(${parts.join()})`;
  }
})();
