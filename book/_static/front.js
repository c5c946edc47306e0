/** The picture on the front page: drag the target, watch the marble. Its numbers are the engine's. */
(() => {
  "use strict";
  const hero = /** @type {HTMLElement | null} */ (document.querySelector(".hero"));
  if (!hero) return;
  const [HOP, TRACE, SWING] = [620, 2400, 11000];
  const PILL = 120;
  const spec = JSON.parse(hero.querySelector("script.dmf-spec")?.textContent || "null");
  const program = dmfbook.program(spec, {});
  const declared = Object.fromEntries(spec.sliders.map((/** @type {SliderSpec} */ s) => [s.name, s.value]));
  /** @param {number} target */
  const at = (target) => ({ ...declared, target, regularization: 0.5, depth: 3 });
  const tie = program.setting("at-the-tie", at(1)).target;
  /** Where the marble lands at the tie: the smallest product, but zero, that is ever best. */
  const landing = /** @type {any} */ (program.scene(at(tie)).panels[0].marks[3]).x[0].toFixed(2);
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  /** @type {function(string): any} */
  const one = (selector) => hero.querySelector(selector);
  const [scenery, land, control, input, output, foot, said, pause] = [
    ...[".hero-scene", ".hero-land", ".hero-control", "input", "output", ".hero-foot", ".hero-said"],
    "[data-pause]",
  ].map(one);
  const [ground, crest, strata, level, ruler, numbers, stem, trace, other, twin, marble, levelName] = [
    ...["ground", "crest", "strata", "level", "ruler", "numbers", "stem", "trace", "other", "twin", "marble"],
    "level-name",
  ].map((name) => one(`.hero-${name}`));
  const [low, high] = [Number(input.min), Number(input.max)];

  let target = Number(input.value);
  let touched = false;
  let idle = !still.matches;
  let clock = 0;
  let leapt = false;
  /** Where the marble lies: 0 at zero, 1 in the other valley. */
  let side = 1;
  /** @type {{start: number, from: number[]} | null} */
  let hop = null;
  /** @type {{x: number, y: number, time: number}[]} */
  let spots = [];
  /** @type {number[]} */
  let here = [0, 0];
  let size = { width: 0, height: 0, origin: 0, unit: 1, level: 0, rise: 1, axis: 0 };
  /** @param {number} x */
  const px = (x) => size.origin + size.unit * x;
  /** @param {number} y */
  const py = (y) => size.level - size.rise * y;

  function measure() {
    const [width, height] = [scenery.clientWidth, scenery.clientHeight];
    const wide = width >= 860;
    const origin = wide ? Math.max(0.43 * width, 500) : 0.17 * width;
    const middle = wide ? 0.5 * height : 0.4 * height;
    const axis = height - (wide ? 64 : 52);
    size = {
      ...{ width, height, origin, axis, level: middle },
      // The handle fits at its largest place, too.
      unit: Math.min((width - origin) / (wide ? 2.12 : 1.82), (width - origin - PILL / 2 - 6) / high),
      rise: (axis - 40 - middle) / 0.76,
    };
    land.setAttribute("viewBox", `0 0 ${width} ${height}`);
    let path = `M${px(0)},${axis}H${width}`;
    let words = "";
    for (const x of [0, 0.5, 1, 1.5, 2]) {
      if (px(x) > width - 12) continue;
      path += `M${px(x)},${axis - 5}v10`;
      words += `<text x="${px(x)}" y="${axis + 42}">${x}</text>`;
    }
    ruler.setAttribute("d", path);
    numbers.innerHTML = words;
    level.setAttribute("d", `M${px(0)},${py(0)}H${width}`);
    levelName.hidden = !wide;
    levelName.style.top = `${py(0) + 4}px`;
    control.style.cssText = `left:${px(low) - PILL / 2}px;width:${px(high) - px(low) + PILL}px;top:${axis - 23}px`;
    strata.innerHTML = Array.from(
      { length: 11 },
      (_, k) => `<use href="#hero-crest" y="${(k + 1) * (12 + 3.1 * k)}" opacity="${0.55 - 0.045 * k}"/>`,
    ).join("");
  }

  /** @type {function(any): string} */
  const place = (mark) => `translate(${px(mark.x[0]).toFixed(1)},${py(mark.y[0]).toFixed(1)})`;

  /** @param {number} now */
  function draw(now) {
    const [, line, winner, second, loser] = /** @type {any[]} */ (program.scene(at(target)).panels[0].marks);
    const places = line.x.map(
      (/** @type {number} */ x, /** @type {number} */ i) => `${px(x).toFixed(1)},${Math.max(-4000, py(line.y[i])).toFixed(1)}`,
    );
    const path = `M${places.join("L")}`;
    crest.setAttribute("d", path);
    ground.setAttribute("d", `${path}V${size.height}H${px(line.x[0])}Z`);
    const k = line.x.findIndex((/** @type {number} */ x) => x >= target);
    const share = (target - line.x[k - 1]) / (line.x[k] - line.x[k - 1]);
    const height = line.y[k - 1] + share * (line.y[k] - line.y[k - 1]);
    stem.setAttribute("d", `M${px(target)},${size.axis - 24}V${py(height).toFixed(1)}`);

    const tied = target === tie;
    const rests = tied ? side : winner.x[0] === 0 ? 0 : 1;
    const bottom = tied ? second : winner;
    const [restX, restY] = rests ? [px(bottom.x[0]), py(bottom.y[0])] : [px(0), py(0)];
    if (rests !== side) {
      hop = { start: now, from: here };
      side = rests;
      if (touched) tell(true);
    }
    let [x, y] = [restX, restY];
    if (hop) {
      const t = still.matches ? 1 : Math.min(1, (now - hop.start) / HOP);
      const eased = t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) * (1 - t);
      const high = 0.21 * size.rise + 20;
      const [fromX, fromY] = hop.from;
      /** @type {function(number, number): number[]} */
      const arc = (along, up) => [
        fromX + (restX - fromX) * along,
        fromY + (restY - fromY) * along - high * 4 * up * (1 - up),
      ];
      if (still.matches) {
        // Nothing flies, and the path that it would have flown stays.
        spots = Array.from({ length: 15 }, (_, k) => {
          const [atX, atY] = arc(k / 14, k / 14);
          return { x: atX, y: atY, time: now + 1e9 };
        });
      }
      [x, y] = arc(eased, t);
      if (t >= 1) hop = null;
    }
    here = [x, y];
    const last = spots[spots.length - 1];
    if (!still.matches && (!last || Math.hypot(last.x - x, last.y - y) > 5)) spots.push({ x, y, time: now });
    spots = spots.filter((spot) => now - spot.time < TRACE).slice(-90);
    trace.innerHTML = spots
      .map((spot) => {
        const fresh = Math.min(1, 1 - (now - spot.time) / TRACE);
        return `<circle cx="${spot.x.toFixed(1)}" cy="${spot.y.toFixed(1)}" r="${(1 + 2.4 * fresh).toFixed(1)}" opacity="${(0.75 * fresh).toFixed(2)}"/>`;
      })
      .join("");
    marble.setAttribute("transform", `translate(${x.toFixed(1)},${y.toFixed(1)})`);
    /** @type {function(any, string): void} */
    const show = (part, spot) => {
      part.setAttribute("visibility", spot ? "visible" : "hidden");
      if (spot) part.setAttribute("transform", spot);
    };
    show(twin, tied && !hop ? (side ? `translate(${px(0)},${py(0)})` : place(second)) : "");
    show(other, loser.hidden || hop ? "" : place(loser));

    const thumb = `${px(target) - px(low)}px`;
    output.style.left = thumb;
    control.style.setProperty("--hero-thumb", thumb);
    output.innerHTML = tied ? tie.toFixed(5) : `<i>m</i> = ${target.toFixed(2)}`;
    hero?.classList.toggle("tied", tied);
    const best = tied ? `two best products, 0 and ${second.x[0].toFixed(2)}` : `best product ${winner.x[0].toFixed(2)}`;
    input.setAttribute("aria-valuetext", `${target.toFixed(2)}, ${best}`);
    if (touched) tell(false);
  }

  /** @param {boolean} leap */
  function tell(leap) {
    if (leap) leapt = true;
    let text = target > tie ? "Now lower the target, slowly." : "Now raise the target, slowly.";
    if (target === tie) text = "A tie: both valleys are equally deep, and both products are best.";
    else if (leapt) text = `It leaps: no target has its best product strictly between 0 and ${landing}.`;
    if (said.dataset.text === text) return;
    said.dataset.text = text;
    said.textContent = `${text} `;
    if (!leapt || target === tie) return;
    const link = document.createElement("a");
    link.href = said.dataset.why || "scalar_uniqueness.html";
    link.textContent = "Why?";
    said.append(link);
  }

  let running = false;
  let seen = true;
  let last = 0;
  /** @param {number} now */
  function frame(now) {
    if (idle && !touched) {
      clock += Math.min(50, now - last);
      target = 1.19 + 0.25 * Math.cos((2 * Math.PI * clock) / SWING + 0.35);
      input.value = String(target);
    }
    last = now;
    draw(now);
    const moves = (idle && !touched) || hop || spots.some(({ time }) => time <= now && now - time < TRACE);
    running = Boolean(moves) && seen;
    if (running) requestAnimationFrame(frame);
  }
  function wake() {
    if (running) return;
    running = true;
    last = performance.now();
    requestAnimationFrame(frame);
  }
  function touch() {
    touched = true;
    hero?.classList.add("touched");
    pause.hidden = true;
  }

  for (const event of ["pointerdown", "keydown"]) input.addEventListener(event, touch);
  input.addEventListener("input", () => {
    touch();
    const value = Number(input.value);
    // A slider counts in hundredths: the nearest of them to the tie means the tie.
    target = Math.abs(value - tie) < 0.006 ? tie : value;
    wake();
  });
  one("[data-tie]").addEventListener("click", () => {
    touch();
    target = tie;
    input.value = String(tie);
    wake();
  });
  pause.addEventListener("click", () => {
    idle = !idle;
    pause.setAttribute("aria-pressed", String(!idle));
    wake();
  });
  pause.hidden = still.matches;
  new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    if (seen) wake();
  }).observe(land);
  new ResizeObserver(() => {
    measure();
    spots = [];
    wake();
  }).observe(scenery);
  for (const part of [control, foot]) part.hidden = false;
  measure();
  here = [px(0.84), py(-0.25)];
  draw(performance.now());
})();
