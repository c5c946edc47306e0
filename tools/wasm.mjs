/**
 * Runs every chapter in Python compiled to WebAssembly, whose indices have 32 bits, and compares
 * what it prints with what the notebooks store: `node tools/wasm.mjs`.
 *
 * PYODIDE names a folder with a full distribution of Pyodide (pyodide.mjs, its packages and lock
 * file), WHEELS one with the pure wheels that it lacks: dmfbook, anywidget, psygnal, ipywidgets,
 * comm, jupyterlab_widgets, widgetsnbextension, latex2mathml and typing_extensions, made by
 *
 *     pip wheel --no-deps -w wheels . anywidget psygnal ipywidgets comm ...
 *
 * Where they are absent it says "skipped", for no registry offers them to every machine.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const distribution = resolve(process.env.PYODIDE ?? join(root, "_build/pyodide"));
const wheels = resolve(process.env.WHEELS ?? join(root, "_build/wheels"));
for (const needed of [join(distribution, "pyodide.mjs"), wheels]) {
  if (!existsSync(needed)) {
    console.log(`skipped: ${needed} is absent (set PYODIDE and WHEELS; see tools/wasm.mjs)`);
    process.exit(0);
  }
}

const { loadPyodide } = await import(pathToFileURL(join(distribution, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: `${distribution}/`, packageCacheDir: `${distribution}/` });
const quiet = { messageCallback() {} };
await python.loadPackage(["numpy", "scipy", "sympy", "matplotlib", "ipython"], quiet);
for (const name of readdirSync(wheels).filter((file) => file.endsWith(".whl"))) {
  python.unpackArchive(new Uint8Array(readFileSync(join(wheels, name))), "wheel");
}
python.runPython(`
import os
import numpy as np
assert np.dtype(np.intp).itemsize == 4, "these indices do not have 32 bits"
os.environ |= {"MPLBACKEND": "agg", "DMFBOOK_DISPLAY": "text"}
`);

const text = (lines) => [].concat(lines).join("");
let failures = 0;
let compared = 0;
for (const file of readdirSync(join(root, "book")).filter((name) => name.endsWith(".ipynb"))) {
  const { cells } = JSON.parse(readFileSync(join(root, "book", file), "utf8"));
  const names = python.runPython("from IPython.display import display\n{'display': display}");
  for (const cell of cells.filter((one) => one.cell_type === "code")) {
    const outputs = cell.outputs ?? [];
    const stored = text(outputs.filter((o) => o.name === "stdout").map((o) => text(o.text)));
    let printed = "";
    python.setStdout({ batched: (line) => (printed += `${line}\n`) });
    try {
      python.runPython(text(cell.source), { globals: names });
    } catch (error) {
      failures += 1;
      console.log(`${file}: cell ${cell.execution_count} fails:\n${String(error).slice(-400)}`);
      continue;
    }
    if (!stored) continue;
    compared += 1;
    if (stored.trim() !== printed.trim()) {
      failures += 1;
      console.log(`${file}: cell ${cell.execution_count} prints\n${printed}instead of\n${stored}`);
    }
  }
  names.destroy();
}
console.log(`${compared} outputs compared, ${failures} failures`);
process.exitCode = failures || !compared ? 1 : 0;
