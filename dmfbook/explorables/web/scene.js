/**
 * The numbers of an explorable: interprets the specification that Python wrote and returns, for
 * given slider values, every coordinate of the picture. The twin of `program.py`, step by step.
 */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";
  const BOUND = 1e9;

  /** @typedef {(...places: number[]) => number} Evaluate */
  /** @typedef {{v: number[], orbits: Record<string, number[][]>, frame: number}} Environment */

  /**
   * Compile the expressions of a specification, once.
   *
   * Python wrote the expressions as JavaScript, and `new Function` compiles them: to interpret them
   * would be many times slower. A site whose content security policy forbids this must allow
   * `script-src 'unsafe-eval'`, or its readers see the still image and the numbers. No text that a
   * reader or an address gives ever comes in here.
   * @type {Dmfbook["program"]}
   */
  dmfbook.program = function (spec, series) {
    const bodies = spec.sources.map((source) => `(v)=>{${source}}`).join(",");
    /** @type {((v: number[]) => Evaluate)[]} */
    const functions = new Function(`"use strict";${spec.routines}return [${bodies}];`)();
    /** @type {function(Slot, number[]): number} */
    const value = (slot, v) => functions[slot](v)();

    /**
     * Slider values, then derived values, then what the orbits leave behind; or, of all these, but
     * the derived values that are needed.
     * @type {function(Values, (number[] | null)=): Environment}
     */
    function environment(values, needs) {
      const v = spec.sliders.map((slider) => values[slider.name]);
      if (needs) {
        for (const i of needs) v[spec.sliders.length + i] = value(spec.derived[i], v);
        return { v, orbits: {}, frame: 0 };
      }
      for (const slot of spec.derived) v.push(value(slot, v));
      /** @type {Record<string, number[][]>} */
      const orbits = {};
      for (const orbit of spec.orbits) {
        const history = iterate(orbit, v);
        orbits[orbit.name] = history;
        v.push(history[0].length - 1, ...history.map((column) => column[column.length - 1]));
      }
      return { v, orbits, frame: frameIndex(values) };
    }

    /** @type {function(OrbitSpec, number[]): number[][]} */
    function iterate(orbit, v) {
      const history = orbit.start.map((slot) => [value(slot, v)]);
      const update = orbit.update.map((slot) => functions[slot](v));
      const count = Math.min(Math.trunc(value(orbit.count, v)), orbit.limit);
      loops(history.length).iterate(history, update, count);
      return history;
    }

    /**
     * The row of the frames nearest to the sliders' values.
     * @param {Values} values
     */
    function frameIndex(values) {
      const { frames } = spec;
      if (!frames) return 0;
      let row = 0;
      frames.over.forEach((name, axis) => {
        const grid = frames.grid[axis];
        let best = 0;
        grid.forEach((x, i) => {
          if (Math.abs(x - values[name]) < Math.abs(grid[best] - values[name])) best = i;
        });
        row = row * grid.length + best;
      });
      return row;
    }

    /**
     * Every channel of a mark at every place that it runs along, and what is computed once.
     * @type {function(MarkSpec, Ends, Ends, Environment): MarkNumbers}
     */
    function evaluateMark(mark, x, y, env) {
      if (!value(mark.once.when, env.v)) return { hidden: true };
      /** @type {MarkNumbers} */
      const result = {};
      for (const [name, slot] of Object.entries(mark.once)) {
        if (slot === null || name === "when") continue;
        result[name] = Array.isArray(slot) ? slot.map((one) => value(one, env.v)) : value(slot, env.v);
      }
      const fill = places(mark.along, x, y, env);
      let length = 0;
      for (const [name, channel] of Object.entries(mark.channels)) {
        if (channel === null) continue;
        result[name] = evaluateChannel(channel, env, fill);
        length = Math.max(length, result[name].length);
      }
      // A channel that is not given is the number of the place.
      for (const [name, channel] of Object.entries(mark.channels)) {
        if (channel === null) result[name] = range(length);
      }
      return result;
    }

    /** @type {function(Exclude<Channel, null>, Environment, (f: Evaluate) => number[]): number[]} */
    function evaluateChannel(channel, env, fill) {
      if (Array.isArray(channel)) return channel.map((slot) => value(slot, env.v));
      if (typeof channel === "number") return fill(functions[channel](env.v));
      return (series[channel.frame] || [])[env.frame] || [];
    }

    /**
     * What a mark runs along, as a function that fills an array with a function's values there.
     * Each kind has a loop of its own: a general one, with the places in arrays, is twice as slow.
     * @type {function(Along, Ends, Ends, Environment): (f: Evaluate) => number[]}
     */
    function places(along, x, y, env) {
      switch (along.kind) {
        case "span": {
          const [low, high] = along.ends ? along.ends.map((slot) => value(slot, env.v)) : x;
          const n = along.samples;
          return (f) => filled(n, (i) => f(low + ((high - low) * i) / (n - 1)));
        }
        case "members": {
          if (along.count === null) return (f) => [Number(f())];
          const count = Math.max(0, Math.trunc(value(along.count, env.v)));
          return (f) => filled(count, f);
        }
        case "plane": {
          const n = along.resolution;
          return (f) => {
            const result = new Array(n * n);
            for (let j = 0; j < n; j++) {
              const up = y[0] + ((y[1] - y[0]) * j) / (n - 1);
              for (let i = 0; i < n; i++) {
                result[j * n + i] = Number(f(x[0] + ((x[1] - x[0]) * i) / (n - 1), up));
              }
            }
            return result;
          };
        }
        case "steps": {
          const history = env.orbits[along.orbit];
          return (f) => loops(history.length).fill(history, f);
        }
        case "grid": {
          const { rows, columns } = along;
          return (f) => filled(rows * columns, (k) => f(Math.floor(k / columns), k % columns));
        }
      }
    }

    /** @type {function(NumberSpec | VerdictSpec, Environment): Shown} */
    function evaluateReadout(readout, env) {
      if ("cases" in readout) {
        const found = readout.cases.findIndex(([slot]) => value(slot, env.v));
        return found < 0
          ? { text: "", html: "" }
          : { text: readout.cases[found][1], html: readout.html[found] };
      }
      if (!value(readout.when, env.v)) return { text: readout.otherwise, html: readout.html };
      return { value: value(readout.value, env.v) };
    }

    return {
      /** Every number of the picture and the readouts at the given slider values. */
      scene(values) {
        const env = environment(values);
        const panels = spec.panels.map((panel) => {
          const [x, y] = [panel.x, panel.y].map(
            (axis) => /** @type {Ends} */ ([value(axis.low, env.v), value(axis.high, env.v)]),
          );
          return { x, y, marks: panel.marks.map((mark) => evaluateMark(mark, x, y, env)) };
        });
        return { panels, readouts: spec.readouts.map((readout) => evaluateReadout(readout, env)) };
      },
      /** The numbers of a handle, which runs along nothing, without the rest of the scene. */
      place(values, panel, index) {
        const mark = spec.panels[panel].marks[index];
        return evaluateMark(mark, [0, 1], [0, 1], environment(values, mark.needs));
      },
      /** Slider values after a named setting is applied to the given ones. */
      setting(name, values) {
        const result = { ...values };
        for (const stage of spec.settings[name]) {
          const { v } = environment(result);
          for (const [slider, slot] of Object.entries(stage)) {
            const declared = spec.sliders.find((s) => s.name === slider);
            if (declared) result[slider] = dmfbook.clamp(declared, value(slot, v));
          }
        }
        return result;
      },
    };
  };

  /** The value, moved to the nearest end when it lies outside the slider's range. */
  dmfbook.clamp = function (slider, value) {
    const inside = Math.min(Math.max(value, slider.low), slider.high);
    return slider.integer ? Math.round(inside) : inside;
  };

  /** @type {function(number, Evaluate): number[]} */
  function filled(n, f) {
    const result = new Array(n);
    for (let i = 0; i < n; i++) result[i] = Number(f(i));
    return result;
  }

  /**
   * @typedef {object} Loops
   * @property {function(number[][], Evaluate[], number): void} iterate
   * @property {function(number[][], Evaluate): number[]} fill
   */

  /** @type {Loops[]} */
  const made = [];

  /**
   * The two loops over an orbit of so many columns, with each in a variable of its own: with the
   * state in an array, which every step would make anew, they are several times slower.
   * @param {number} n
   */
  function loops(n) {
    if (made[n]) return made[n];
    /** @param {function(number): string} part */
    const each = (part, between = ",") => range(n).map(part).join(between);
    const columns = each((i) => `h${i}`);
    const state = each((i) => `x${i}`);
    made[n] = new Function(`"use strict";return {
      iterate([${columns}],[${each((i) => `f${i}`)}],count){
        let ${each((i) => `x${i}=h${i}[0]`)};
        for(let step=0;step<count;step++){
          const ${each((i) => `y${i}=f${i}(${state},step)`)};
          if(!(${each((i) => `Math.abs(y${i})<=${BOUND}`, "&&")}))break;
          ${each((i) => `h${i}.push(x${i}=y${i})`, ";")};
        }
      },
      fill([${columns}],f){
        const n=h0.length,result=new Array(n);
        for(let k=0;k<n;k++)result[k]=Number(f(${each((i) => `h${i}[k]`)},k));
        return result;
      }};`)();
    return made[n];
  }

  /** @param {number} n */
  function range(n) {
    return Array.from({ length: n }, (_, i) => i);
  }
})();
