// Reads MathML formulas from its input, a JSON list, and writes how each is said, as a JSON list.
// node speech.cjs FOLDER, where the folder holds node_modules with speech-rule-engine.
const { join } = require("node:path");
const { readFileSync } = require("node:fs");
const engine = join(process.argv[2], "node_modules/speech-rule-engine");
const sre = require(join(engine, "lib/sre.js"));

async function main() {
  const json = join(engine, "lib/mathmaps");
  await sre.setupEngine({ json, locale: "en", modality: "speech", domain: "clearspeak", markup: "none" });
  await sre.engineReady();
  const formulas = JSON.parse(readFileSync(0, "utf-8"));
  process.stdout.write(JSON.stringify(formulas.map((formula) => sre.toSpeech(formula))));
}
main();
