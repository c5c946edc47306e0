// SCORM 1.2: tells the course which questions were answered. Without a course the page is a page.
(() => {
  "use strict";
  /**
   * @typedef {{ LMSInitialize(x: ""): string, LMSGetValue(name: string): string, LMSCommit(x: ""): string,
   *   LMSSetValue(name: string, value: string): string, LMSFinish(x: ""): string }} Api
   * @typedef {{ id: string, kind: string, right: boolean, response: string }} Answer
   */
  /** So much of the questions answered rightly completes the chapter. */
  const ENOUGH = 0.6;
  /** @type {Record<string, string>} */
  const TYPES = { choice: "choice", several: "choice", number: "numeric", order: "sequencing", demo: "performance" };

  /** The course offers an object in a window above this one, or above the one that opened it. @param {Window | null} from */
  function above(from) {
    let place = from;
    for (let steps = 0; place && steps < 12; steps++) {
      try {
        const found = /** @type {{ API?: Api }} */ (/** @type {unknown} */ (place)).API;
        if (found) return found;
      } catch {
        return null; // another site's window
      }
      if (place === place.parent) return null;
      place = place.parent;
    }
    return null;
  }

  const page = document.documentElement;
  const api = above(window) ?? (window.opener && above(window.opener));
  if (api?.LMSInitialize("") !== "true") {
    page.dataset.scorm = "off";
    return;
  }
  page.dataset.scorm = "on";
  /** @param {string} name @param {string | number} value */
  const set = (name, value) => api.LMSSetValue(name, String(value));
  const began = Date.now();
  const items = document.getElementsByClassName("quiz-item");
  /** @type {Set<string>} */
  const right = new Set(api.LMSGetValue("cmi.suspend_data").split(" ").filter(Boolean));
  let told = Number(api.LMSGetValue("cmi.interactions._count")) || 0;
  let open = true;
  const status = api.LMSGetValue("cmi.core.lesson_status");
  if (status === "not attempted" || status === "") {
    set("cmi.core.lesson_status", "incomplete");
    api.LMSCommit("");
  }

  addEventListener("quiz-answer", (event) => {
    if (!open) return;
    const { id, kind, right: well, response } = /** @type {CustomEvent<Answer>} */ (event).detail;
    const place = `cmi.interactions.${told++}`;
    set(`${place}.id`, id);
    set(`${place}.type`, TYPES[kind]);
    set(`${place}.student_response`, response.slice(0, 250));
    set(`${place}.result`, well ? "correct" : "wrong");
    // What was right once stays so: this is practice.
    if (well) right.add(id);
    const part = right.size / Math.max(1, items.length);
    set("cmi.core.score.min", 0);
    set("cmi.core.score.max", 100);
    set("cmi.core.score.raw", Math.round(100 * part));
    if (part >= ENOUGH) set("cmi.core.lesson_status", "passed");
    set("cmi.suspend_data", [...right].join(" "));
    api.LMSCommit("");
  });

  /** @param {number} n */
  const two = (n) => String(n).padStart(2, "0");
  addEventListener("pagehide", () => {
    if (!open) return;
    open = false;
    const seconds = Math.round((Date.now() - began) / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    set("cmi.core.session_time", `${two(hours)}:${two(minutes)}:${two(seconds % 60)}`);
    set("cmi.core.exit", "suspend");
    api.LMSCommit("");
    api.LMSFinish("");
  });
})();
