// The page of a problem set: given values, fields for answers, and the sheet to hand in. It works from
// disk and without a network.
(() => {
  "use strict";
  const { sha256, draw } = window.problemDraws;
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
