// The page of a problem set: given values from a hash, fields for answers, and the sheet to hand in.
// It works from disk and without a network; the same values come from dmfbook.checks in Python.
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

  const set = JSON.parse(document.getElementById("set").textContent);
  const certificates = window.certificates || {};

  function identity(name) {
    const plain = name.trim().toLowerCase();
    return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(plain) ? plain : null;
  }

  function given(question, course, student) {
    const { parameters } = set.questions.find((one) => one.name === question);
    return parameters ? draw(parameters, course, set.name, student, question, "given") : {};
  }

  window.problemSet = { sha256, given, certificates, identity };

  const field = /** @type {(id: string) => any} */ ((id) => document.getElementById(id));
  const all = /** @type {(css: string) => NodeListOf<any>} */ ((css) => document.querySelectorAll(css));
  const form = field("identity");
  const said = field("said");

  function names() {
    const course = identity(form.elements.course.value);
    const student = identity(form.elements.student.value);
    return course && student ? { course, student } : null;
  }

  /** A number as it is typed, with a comma too; null if nothing stands there, NaN if none up to 1e9. */
  function number(input) {
    const text = input.value.trim().replace(",", ".").replace("\u2212", "-");
    if (text === "") return null;
    const fits = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?$/i.test(text);
    return fits && Math.abs(Number(text)) <= 1e9 ? Number(text) : NaN;
  }

  /** Numbers of nested inputs in their shape, null unless all are there. */
  function shaped(inputs, shape) {
    const values = inputs.map(number);
    if (values.some((value) => value === null || !Number.isFinite(value))) return null;
    if (shape.length === 0) return values[0];
    let nested = values;
    for (const size of shape.slice(1).reverse()) {
      const rows = [];
      for (let i = 0; i < nested.length; i += size) rows.push(nested.slice(i, i + size));
      nested = rows;
    }
    return nested;
  }

  function inputs(question, name) {
    return [...all(`[data-question="${question}"][data-field="${name}"]`)];
  }

  function answer(one) {
    const found = {};
    for (const [name, { shape }] of Object.entries(one.fields)) {
      const values = shaped(inputs(one.name, name), shape);
      if (values !== null) found[name] = values;
    }
    const text = field(`text-${one.name}`);
    if (text && text.value.trim()) found.text = text.value;
    return found;
  }

  let kept = {};

  function sheet() {
    const who = names();
    if (!who) return null;
    const answers = {};
    const results = {};
    for (const one of set.questions) {
      const found = { ...(kept[one.name] || {}), ...answer(one) };
      if (Object.keys(found).length) answers[one.name] = found;
      const marks = judged(one, who, found);
      if (marks) results[one.name] = `${points(marks)} of ${one.points}`;
    }
    return {
      form: 1,
      set: set.name,
      version: set.version,
      course: who.course,
      student: who.student,
      answers,
      said: results,
    };
  }

  const points = (marks) => marks.reduce((sum, [worth, problem]) => sum + (problem ? 0 : worth), 0);

  function judged(one, who, found) {
    const judge = certificates[one.name];
    return judge ? judge(given(one.name, who.course, who.student), found) : null;
  }

  const SPACE = "http://www.w3.org/1998/Math/MathML";

  function node(name, text) {
    const made = document.createElementNS(SPACE, name);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function numeral(value) {
    const digits = node("mn", String(Math.abs(value)));
    if (value >= 0) return digits;
    const row = node("mrow");
    row.append(node("mo", "\u2212"), digits);
    return row;
  }

  /** A number, a list or a matrix as a formula. */
  function formula(value) {
    const math = node("math");
    if (!Array.isArray(value)) {
      math.append(numeral(value));
      return math;
    }
    const open = node("mo", "(");
    const close = node("mo", ")");
    const table = node("mtable");
    for (const row of Array.isArray(value[0]) ? value : [value]) {
      const line = node("mtr");
      for (const entry of row) {
        const cell = node("mtd");
        cell.append(numeral(entry));
        line.append(cell);
      }
      table.append(line);
    }
    math.append(open, table, close);
    return math;
  }

  function show() {
    const who = names();
    document.body.dataset.known = String(Boolean(who));
    for (const one of set.questions) {
      const list = field(`given-${one.name}`);
      if (!list) continue;
      list.replaceChildren();
      if (!who) continue;
      for (const [name, value] of Object.entries(given(one.name, who.course, who.student))) {
        if (name.startsWith("_")) continue;
        const row = document.createElement("div");
        const term = document.createElement("dt");
        const content = document.createElement("dd");
        term.textContent = name;
        content.append(formula(value));
        row.append(term, content);
        list.append(row);
      }
    }
    const bad = ["course", "student"].filter((key) => {
      const { value } = form.elements[key];
      return value.trim() && !identity(value);
    });
    field("identity-problem").textContent = bad.length
      ? `The ${bad.join(" and the ")} can hold letters a to z, digits, dots and hyphens only.`
      : "";
  }

  function mind() {
    for (const input of all("input[data-field]")) {
      const wrong = Number.isNaN(number(input) ?? 0);
      input.setAttribute("aria-invalid", String(wrong));
    }
    try {
      const content = {};
      for (const input of all("input[data-field], textarea[data-keep]")) {
        content[input.id] = input.value;
      }
      localStorage.setItem(place(), JSON.stringify({ content, kept }));
    } catch {
      // A page from disk may have no memory; the sheet has.
    }
  }

  function place() {
    const who = names();
    return `${set.name}-${set.version}-${who ? `${who.course}-${who.student}` : "nobody"}`;
  }

  function recall() {
    let content = {};
    kept = {};
    try {
      const remembered = JSON.parse(localStorage.getItem(place()) || "{}");
      content = remembered.content || {};
      kept = remembered.kept || {};
    } catch {
      content = {};
    }
    for (const input of all("input[data-field], textarea[data-keep]")) {
      input.value = content[input.id] || "";
    }
    mind();
  }

  function fill(answers) {
    kept = answers;
    for (const one of set.questions) {
      const found = answers[one.name] || {};
      for (const name of Object.keys(one.fields)) {
        const values = [found[name] ?? []].flat(4);
        inputs(one.name, name).forEach((input, i) => {
          if (values[i] !== undefined) input.value = String(values[i]);
        });
      }
      const text = field(`text-${one.name}`);
      if (text && typeof found.text === "string") text.value = found.text;
    }
    mind();
  }

  form.addEventListener("input", () => {
    show();
    recall();
  });
  document.addEventListener("input", (event) => {
    if (!form.contains(event.target)) mind();
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  for (const button of all("button[data-check]")) {
    button.addEventListener("click", () => {
      const one = set.questions.find(({ name }) => name === button.dataset.check);
      const who = names();
      const output = field(`verdict-${one.name}`);
      output.replaceChildren();
      if (!who) {
        output.textContent = "First enter course and pseudonym, at the top.";
        return;
      }
      const marks = judged(one, who, answer(one));
      const head = document.createElement("p");
      head.textContent = `${points(marks)} of ${one.points} points`;
      output.append(head);
      for (const [, problem] of marks) {
        if (!problem) continue;
        const line = document.createElement("p");
        line.textContent = problem;
        output.append(line);
      }
    });
  }

  function ready() {
    const made = sheet();
    const broken = all('input[aria-invalid="true"]').length;
    if (!made) said.textContent = "First enter course and pseudonym, at the top.";
    else if (broken) said.textContent = `${broken} of your entries ${broken > 1 ? "are" : "is"} no number up to 1e9.`;
    else return made;
    return null;
  }

  function report(made, where) {
    const missing = set.questions.filter(({ name }) => !made.answers[name]).map(({ name }) => name);
    const without = missing.length ? ` Without an answer in it: ${missing.join(", ")}.` : "";
    said.textContent = `${where}${without}`;
  }

  field("save").addEventListener("click", () => {
    const made = ready();
    if (!made) return;
    const link = document.createElement("a");
    const text = `${JSON.stringify(made, null, 1)}\n`;
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `${set.name}-${made.student}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
    report(made, `Saved as ${link.download}: hand in this file.`);
  });

  field("show").addEventListener("click", () => {
    const made = ready();
    if (!made) return;
    const area = field("sheet");
    area.hidden = false;
    area.value = JSON.stringify(made, null, 1);
    area.focus();
    area.select();
    report(made, "This is the sheet: copy it into a file, or into the field for your answer.");
  });

  field("load").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    try {
      const content = JSON.parse(await file.text());
      if (content.set !== set.name || content.version !== set.version) {
        throw new Error("it is of another set or version");
      }
      form.elements.course.value = content.course;
      form.elements.student.value = content.student;
      show();
      recall();
      fill(content.answers);
      said.textContent = `The answers of ${file.name} are here.`;
    } catch (error) {
      said.textContent = `This file is no sheet of this set: ${error.message}.`;
    }
  });

  const asked = new URLSearchParams(location.search);
  for (const key of ["course", "student"]) {
    if (asked.get(key)) form.elements[key].value = asked.get(key);
  }
  show();
  recall();
})();
