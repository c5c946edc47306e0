/**
 * A deck of slides: one at a time, by keys, clicks or swipes; notes beside them or in a second window.
 * Without this script, on a narrow window and for a screen reader's list of headings, the deck is a
 * plain page with its slides below each other.
 */
(() => {
  "use strict";
  const WIDTH = 1280;
  const HEIGHT = 720;
  /** Sizes of type that a slide is tried with, in pixels of a slide. */
  const TYPES = [34, 32, 30, 28, 26, 24, 23, 22];
  /** How much larger than on a page an explorable is tried, and the least height of a row of its panels, and of a single one. */
  const ZOOMS = [1.6, 1.5, 1.45, 1.4, 1.35, 1.3, 1.25, 1.2, 1.15, 1.1, 1.05, 1, 0.95];
  const LEAST = 165;
  const ALONE = 230;
  const SWIPE = 60;

  const root = document.documentElement;
  /** @type {HTMLElement[]} */
  const slides = Array.from(document.querySelectorAll(".slide"));
  /** @type {number[]} */
  const steps = slides.map(() => 0);
  const contents = /** @type {HTMLDialogElement} */ (document.getElementById("contents"));
  const letters = /** @type {HTMLInputElement} */ (document.getElementById("letters"));
  const place = /** @type {HTMLElement} */ (document.querySelector(".tools output"));
  const wide = matchMedia("(min-width: 720px)");
  const speaker = location.search === "?speaker";
  /** @type {Window | null} */
  let other = speaker ? window.opener : null;
  let now = 0;

  /** @type {function(HTMLElement): HTMLElement[]} */
  const stepsOf = (slide) => Array.from(slide.querySelectorAll(".steps > li"));

  /** Show a step of a slide's explorable: its question, and its setting once it is asked for. */
  const step = (/** @type {number} */ index, /** @type {number} */ to, gliding = true) => {
    const items = stepsOf(slides[index]);
    if (!items.length) return;
    steps[index] = to;
    items.forEach((item, i) => item.classList.toggle("now", i === to));
    slides[index].querySelectorAll(".chips button").forEach((chip, i) => {
      if (i === to) chip.setAttribute("aria-current", "step");
      else chip.removeAttribute("aria-current");
    });
    const demo = /** @type {any} */ (slides[index].querySelector("dmf-explorable"));
    demo.wake();
    const { setting = "", values = {} } = JSON.parse(items[to].dataset.to || "{}");
    demo.explorable.recall(setting, values, gliding);
  };

  /**
   * Come to a slide.
   * @param {number} index
   * @param {{ address?: boolean, told?: boolean, focus?: boolean }} [how]
   */
  const go = (index, { address = true, told = false, focus = true } = {}) => {
    now = Math.max(0, Math.min(slides.length - 1, index));
    slides.forEach((slide, i) => slide.classList.toggle("now", i === now));
    place.textContent = `${now + 1} / ${slides.length}`;
    if (address) {
      history.replaceState(null, "", `#${slides[now].id}`);
      // Explorables that wait to write their state into the address forget it.
      dispatchEvent(new Event("hashchange"));
    }
    if (focus && root.classList.contains("show")) slides[now].focus({ preventScroll: true });
    scrollTo(0, 0);
    if (!told) tell();
  };

  const tell = () => other?.postMessage({ slide: now, step: steps[now] }, "*");

  const forward = () => {
    const last = stepsOf(slides[now]).length - 1;
    if (steps[now] < last) {
      step(now, steps[now] + 1);
      tell();
    } else go(now + 1);
  };
  const back = () => {
    if (steps[now] > 0) {
      step(now, steps[now] - 1);
      tell();
    } else go(now - 1);
  };

  /** The slide that an address names, by itself or by what stands on it. */
  const named = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1).split("?")[0]));
    const slide = target?.closest(".slide");
    return slide ? slides.indexOf(/** @type {HTMLElement} */ (slide)) : -1;
  };

  /** The largest type with which a slide's text has room. */
  const fitText = (/** @type {HTMLElement} */ slide) => {
    const body = /** @type {HTMLElement} */ (slide.querySelector(".body"));
    const text = /** @type {HTMLElement | null} */ (body.querySelector(".fit"));
    if (!text) return;
    const fits = () =>
      text.offsetHeight <= body.clientHeight &&
      [text, ...text.querySelectorAll("div.math, table")].every((e) => e.scrollWidth <= body.clientWidth);
    for (const type of TYPES) {
      slide.style.setProperty("--type", `${type}px`);
      slide.dataset.type = String(type);
      if (fits()) return;
    }
    slide.dataset.full = "true";
  };

  /** The largest size of an explorable, and within it of its panels, for which there is room. */
  const fitScene = (/** @type {HTMLElement} */ slide) => {
    const scene = /** @type {HTMLElement | null} */ (slide.querySelector(".scene"));
    if (!scene) return;
    const zoomed = /** @type {HTMLElement} */ (scene.firstElementChild);
    const figure = /** @type {HTMLElement} */ (scene.querySelector(".dmf-figure"));
    const body = /** @type {HTMLElement} */ (scene.querySelector(".dmf-body"));
    const controls = /** @type {HTMLElement} */ (scene.querySelector(".dmf-controls"));
    const stage = /** @type {HTMLElement} */ (scene.querySelector(".dmf-stage"));
    const rows = Number(getComputedStyle(figure).getPropertyValue("--dmf-rows")) || 1;
    const tall = (/** @type {number} */ height) => figure.style.setProperty("--dmf-all", `${height}px`);
    const least = rows > 1 ? LEAST * rows : ALONE;
    for (const zoom of ZOOMS) {
      // An answer may take one line more at another setting.
      const room = (scene.clientHeight - 26) / zoom - 1;
      zoomed.style.width = `${scene.clientWidth / zoom}px`;
      zoomed.style.transform = `scale(${zoom})`;
      slide.dataset.zoom = String(zoom);
      // Answers stand below the controls, or in columns below all if that leaves more room.
      for (const low of [false, true]) {
        figure.classList.toggle("low", low);
        tall(least);
        const spare = room - figure.offsetHeight;
        if (spare < 0) continue;
        const beside = (low ? controls : body).offsetHeight - stage.offsetHeight;
        let height = least + spare + Math.max(0, beside);
        do tall(height);
        while (figure.offsetHeight > room && (height -= 4) > least);
        return;
      }
    }
    slide.dataset.full = "true";
  };

  /** As large as the window has room for. */
  const scale = () => {
    root.classList.toggle("show", wide.matches);
    const notes = root.classList.contains("notes") ? 0.64 : 1;
    const size = Math.min((innerWidth * notes) / WIDTH, innerHeight / HEIGHT);
    root.style.setProperty("--scale", String(size));
  };

  const theme = () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  };
  const notes = () => {
    root.classList.toggle("notes");
    scale();
  };
  const present = () => {
    other = window.open(`${location.href.split(/[?#]/)[0]}?speaker#${slides[now].id}`, "speaker", "width=1200,height=640");
  };
  const list = () => (contents.open ? contents.close() : contents.showModal());
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.());

  /** @type {Record<string, () => unknown>} */
  const KEYS = {
    ArrowRight: forward, ArrowDown: forward, PageDown: forward, " ": forward,
    ArrowLeft: back, ArrowUp: back, PageUp: back,
    Home: () => go(0), End: () => go(slides.length - 1),
    n: notes, s: present, o: list, "?": list, d: theme, f: full,
  }; // prettier-ignore
  /** Keys that mean something to what has the focus. */
  const OWN = {
    "input, select, textarea": /^(Arrow\w+|Home|End| )$/,
    "button, a, summary": /^ $/,
    ".dmf-surface > svg": /^Arrow\w+$/,
    ".notes": /^Arrow(Up|Down)$/,
  };

  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || !root.classList.contains("show")) return;
    if (contents.open && key !== "o" && key !== "?") return;
    // Who speaks to the machine says letters that are not meant as keys.
    if (key.length === 1 && key !== " " && !letters.checked) return;
    if (key === "Escape") {
      slides[now].focus({ preventScroll: true });
      return;
    }
    const at = /** @type {Element} */ (target);
    if (Object.entries(OWN).some(([kind, keys]) => at.closest?.(kind) && keys.test(key))) return;
    const act = KEYS[key.length === 1 ? key.toLowerCase() : key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  for (const [name, act] of Object.entries({ back, forward, list, notes, present, theme, full })) {
    document.querySelector(`.tools [data-act="${name}"]`)?.addEventListener("click", act);
  }
  contents.addEventListener("click", ({ target }) => {
    if (target === contents || /** @type {Element} */ (target).closest("a, button")) contents.close();
  });

  /** @type {Touch | null} */
  let touch = null;
  addEventListener("touchstart", ({ touches, target }) => {
    const free = touches.length === 1 && !(/** @type {Element} */ (target).closest("dmf-explorable, dialog"));
    touch = free ? touches[0] : null;
  }, { passive: true }); // prettier-ignore
  addEventListener("touchend", ({ changedTouches: [end] }) => {
    if (!touch || !root.classList.contains("show")) return;
    const across = end.clientX - touch.clientX;
    const along = end.clientY - touch.clientY;
    touch = null;
    if (Math.abs(across) < SWIPE || Math.abs(across) < 2 * Math.abs(along)) return;
    if (across < 0) forward();
    else back();
  }, { passive: true }); // prettier-ignore

  addEventListener("message", ({ source, data }) => {
    if (!source || source !== other || typeof data?.slide !== "number") return;
    if (data.slide !== now) go(data.slide, { told: true });
    if (data.step !== steps[now]) step(now, data.step);
  });
  addEventListener("hashchange", () => {
    const index = named();
    if (index >= 0 && index !== now) go(index, { address: false });
  });
  addEventListener("resize", scale);

  let shade = root.dataset.theme;
  addEventListener("beforeprint", () => {
    shade = root.dataset.theme;
    root.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = shade;
  });

  const begin = () => {
    scale();
    if (speaker) root.classList.add("notes", "speaker");
    scale();
    const asked = location.hash;
    go(Math.max(0, named()), { address: false, told: true, focus: false });
    if (!root.classList.contains("show")) return;
    slides.forEach((slide, index) => {
      fitText(slide);
      fitScene(slide);
      const demo = slide.querySelector("dmf-explorable");
      slide.querySelectorAll(".chips button").forEach((chip, to) => {
        chip.addEventListener("click", () => {
          step(index, to);
          tell();
        });
      });
      // What an address asks for goes before what the plan begins with.
      if (demo && !asked.startsWith(`#${demo.id}?`)) step(index, 0, false);
    });
    if (!asked.includes("?")) go(now, { told: true });
    root.dataset.deck = "ready";
    if (!speaker) return;
    const start = Date.now();
    const clock = /** @type {HTMLElement} */ (document.querySelector(".clock"));
    const tick = () => {
      const minutes = Math.floor((Date.now() - start) / 60000);
      clock.textContent = `${minutes} min`;
    };
    tick();
    setInterval(tick, 5000);
  };
  wide.addEventListener("change", () => root.dataset.deck || document.fonts.ready.then(begin));
  const ready = () => {
    const fonts = ["16px Book", "italic 16px Book", "600 16px Book", "16px 'Book Math'", "16px Hand", "600 16px Hand"];
    Promise.all(fonts.map((font) => document.fonts.load(font))).then(begin, begin);
  };
  if (document.readyState === "complete") ready();
  else addEventListener("load", ready);
})();
