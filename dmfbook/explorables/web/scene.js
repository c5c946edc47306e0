/**
 * The numbers of an explorable: interprets the specification that Python wrote and returns, for
 * given slider values, every coordinate of the picture. The twin of `program.py`, step by step.
 */
(function () {
  "use strict";
  const dmfbook = (globalThis.dmfbook = globalThis.dmfbook || {});
  const BOUND = 1e9;

  /**
   * Compile the expressions of a specification, once.
   * @param {object} spec what `Explorable.specification` holds
   * @param {Object<string, number[][]>} series the rows of the frames by name; {} without frames
   * @returns {{scene: function(object): object, setting: function(string, object): object}}
   */
  dmfbook.program = function (spec, series) {
    const bodies = spec.sources.map((source) => `(v)=>{${source}}`).join(",");
    const functions = new Function(`"use strict";${spec.routines}return [${bodies}];`)();
    const value = (slot, v) => functions[slot](v)();

    /** Slider values, then derived values, then what the orbits leave behind. */
    function environment(values) {
      const v = spec.sliders.map((slider) => values[slider.name]);
      for (const slot of spec.derived) v.push(value(slot, v));
      const orbits = {};
      for (const orbit of spec.orbits) {
        const history = iterate(orbit, v);
        orbits[orbit.name] = history;
        v.push(history[0].length - 1, ...history.map((column) => column[column.length - 1]));
      }
      return { v, orbits, frame: frameIndex(values) };
    }

    function iterate(orbit, v) {
      let state = orbit.start.map((slot) => value(slot, v));
      const history = state.map((x) => [x]);
      const update = orbit.update.map((slot) => functions[slot](v));
      const count = Math.min(Math.trunc(value(orbit.count, v)), orbit.limit);
      for (let step = 0; step < count; step++) {
        const next = update.map((f) => f(...state, step));
        if (!next.every((x) => Math.abs(x) <= BOUND)) break;
        state = next;
        state.forEach((x, i) => history[i].push(x));
      }
      return history;
    }

    /** The row of the frames nearest to the sliders' values. */
    function frameIndex(values) {
      if (!spec.frames) return 0;
      let row = 0;
      spec.frames.over.forEach((name, axis) => {
        const grid = spec.frames.grid[axis];
        let best = 0;
        grid.forEach((x, i) => {
          if (Math.abs(x - values[name]) < Math.abs(grid[best] - values[name])) best = i;
        });
        row = row * grid.length + best;
      });
      return row;
    }

    function sampled(coordinate, env, at) {
      if (coordinate === null) return null;
      if (coordinate.frame) {
        const row = (series[coordinate.frame] || [])[env.frame];
        return row || [];
      }
      if (Array.isArray(coordinate)) return coordinate.map((slot) => value(slot, env.v));
      if (at === null) return [value(coordinate, env.v)];
      const f = functions[coordinate](env.v);
      return at.map((t) => Number(f(t)));
    }

    function evaluateMark(mark, x, y, env) {
      if (!value(mark.when, env.v)) return { hidden: true };
      switch (mark.kind) {
        case "line":
        case "region": {
          const [low, high] = mark.span ? mark.span.map((slot) => value(slot, env.v)) : x;
          const at = range(mark.samples).map((i) => low + ((high - low) * i) / (mark.samples - 1));
          const fields = mark.kind === "line" ? ["x", "y"] : ["x", "lower", "upper"];
          return Object.fromEntries(fields.map((k) => [k, sampled(mark[k], env, at)]));
        }
        case "points":
          return family(mark, ["x", "y"], env);
        case "segments":
          return family(mark, ["x0", "y0", "x1", "y1"], env);
        case "bars": {
          const result = family(mark, ["heights", "at"], env);
          return { ...result, at: result.at || range(result.heights.length) };
        }
        case "rule":
          return mark.x === undefined
            ? { y: value(mark.y, env.v) }
            : { x: value(mark.x, env.v) };
        case "heatmap": {
          const n = mark.resolution;
          const f = functions[mark.value](env.v);
          const values = [];
          for (let j = 0; j < n; j++) {
            const up = y[0] + ((y[1] - y[0]) * j) / (n - 1);
            for (let i = 0; i < n; i++) values.push(f(x[0] + ((x[1] - x[0]) * i) / (n - 1), up));
          }
          return {
            values,
            low: value(mark.low, env.v),
            high: value(mark.high, env.v),
            contours: mark.contours.map((slot) => value(slot, env.v)),
          };
        }
        case "path": {
          const history = env.orbits[mark.orbit];
          const along = (slot) => {
            const f = functions[slot](env.v);
            return history[0].map((_, k) => f(...history.map((column) => column[k]), k));
          };
          return { x: along(mark.x), y: along(mark.y) };
        }
        case "cells": {
          const f = functions[mark.value](env.v);
          const rows = range(mark.rows);
          return { values: rows.flatMap((i) => range(mark.columns).map((j) => Number(f(i, j)))) };
        }
        default:
          throw new Error(`unknown mark ${mark.kind}`);
      }
    }

    function family(mark, fields, env) {
      const index = mark.family ? range(Math.trunc(value(mark.count, env.v))) : null;
      return Object.fromEntries(fields.map((k) => [k, sampled(mark[k], env, index)]));
    }

    function evaluateReadout(readout, env) {
      if (readout.cases) {
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
          const [x, y] = [panel.x, panel.y].map((axis) => [
            value(axis.low, env.v),
            value(axis.high, env.v),
          ]);
          return { x, y, marks: panel.marks.map((mark) => evaluateMark(mark, x, y, env)) };
        });
        return { panels, readouts: spec.readouts.map((readout) => evaluateReadout(readout, env)) };
      },
      /** Slider values after a named setting is applied to the given ones. */
      setting(name, values) {
        const result = { ...values };
        for (const stage of spec.settings[name]) {
          const { v } = environment(result);
          for (const [slider, slot] of Object.entries(stage)) {
            const declared = spec.sliders.find((s) => s.name === slider);
            result[slider] = dmfbook.clamp(declared, value(slot, v));
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

  function range(n) {
    return Array.from({ length: n }, (_, i) => i);
  }
})();
