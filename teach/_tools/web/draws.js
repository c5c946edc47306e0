// The given values of a problem set, from a hash; dmfbook.checks draws the same ones in Python.
(() => {
  "use strict";
  const ROUNDS = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ];
  const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

  /** SHA-256 of ASCII text as eight words. The browser's own one is missing in pages from disk. */
  function sha256(text) {
    const bytes = [...text].map((letter) => letter.charCodeAt(0));
    const bits = bytes.length * 8;
    bytes.push(0x80);
    while (bytes.length % 64 !== 56) bytes.push(0);
    for (let i = 7; i >= 0; i--) bytes.push(Math.floor(bits / 2 ** (8 * i)) & 255);
    const state = START.slice();
    const turn = (word, by) => (word >>> by) | (word << (32 - by));
    for (let block = 0; block < bytes.length; block += 64) {
      const w = [];
      for (let i = 0; i < 16; i++) {
        const at = block + 4 * i;
        w.push((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
      }
      for (let i = 16; i < 64; i++) {
        const one = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const two = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w.push((w[i - 16] + one + w[i - 7] + two) | 0);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const big = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
        const first = (h + big + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
        const small = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
        const second = (small + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => {
        state[i] = (state[i] + word) | 0;
      });
    }
    return state.map((word) => word >>> 0);
  }

  const WORDS = 2 ** 32;

  /** A stream of whole numbers that belongs to the parts. */
  function stream(...parts) {
    let counter = 0;
    let words = [];
    return function whole(low, high) {
      const span = high - low + 1;
      for (;;) {
        if (words.length === 0) words = sha256(`${parts.join("/")}/${counter++}`);
        const word = words.shift();
        if (word < WORDS - (WORDS % span)) return low + (word % span);
      }
    };
  }

  /** The next value of one declaration; those before it have been drawn. */
  function next(one, whole, drawn) {
    if (one.kind === "whole") return whole(one.low, one.high);
    if (one.kind === "decimal") return whole(one.low, one.high) / one.per;
    if (one.kind === "pick") return one.options[whole(0, one.options.length - 1)];
    const left = one.left[whole(0, one.left.length - 1)];
    const right = one.right[whole(0, one.right.length - 1)];
    const counts = one.values.map((name) => Math.round(drawn[name] * one.per));
    return left.map((row) =>
      right[0].map((_, j) => {
        const sum = counts.reduce((all, count, k) => all + row[k] * count * right[k][j], 0);
        return sum === 0 ? 0 : sum / (one.divisor * one.per);
      }),
    );
  }

  function draw(parameters, ...parts) {
    for (let attempt = 0; attempt < 1000; attempt++) {
      const whole = stream(...parts, String(attempt));
      const values = {};
      for (const one of parameters.drawn) values[one.name] = next(one, whole, values);
      const names = Object.keys(values);
      const keeps = (rule) => new Function(...names, `return ${rule}`)(...Object.values(values));
      if (parameters.accept.every(keeps)) return values;
    }
    throw new Error("no draw was accepted");
  }

  window.problemDraws = { sha256, draw };
})();
