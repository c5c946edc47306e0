/** Sliders, their play, and the buttons of settings: the markup stands, here it is wired and filled. */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";
  /** A slider with more steps than this plays several at a time. */
  const POSITIONS = 400;

  /**
   * How many steps a slider's native range input counts, from 0.
   * @param {SliderSpec} slider
   */
  const positions = (slider) =>
    slider.scale === "log"
      ? Math.round(Math.log10(slider.high / slider.low) / slider.step)
      : Math.round((slider.high - slider.low) / slider.step);

  /** @type {function(SliderSpec, number): number} */
  const toPosition = (slider, value) =>
    slider.scale === "log"
      ? (positions(slider) * Math.log(value / slider.low)) / Math.log(slider.high / slider.low)
      : (positions(slider) * (value - slider.low)) / (slider.high - slider.low);

  /** @type {function(SliderSpec, number): number} */
  function toValue(slider, position) {
    const last = positions(slider);
    if (position <= 0) return slider.low;
    if (position >= last) return slider.high;
    const value =
      slider.scale === "log"
        ? slider.low * Math.pow(slider.high / slider.low, position / last)
        : slider.low + position * slider.step;
    return Number(value.toPrecision(12));
  }

  dmfbook.steps = { count: positions, place: toPosition, value: toValue };

  /** @type {Dmfbook["controls"]} */
  dmfbook.controls = function (root, spec, steering, reached) {
    /** @type {NodeListOf<HTMLInputElement>} */
    const inputs = root.querySelectorAll(".dmf-slider input");
    const rows = Array.from(inputs, (input) => ({
      input,
      output: dmfbook.find(/** @type {HTMLElement} */ (input.closest(".dmf-slider")), "output > span"),
      slider: spec.sliders[Number(input.dataset.slider)],
    }));
    const player = playing(steering);
    /** @type {HTMLElement[]} */
    const chips = Array.from(root.querySelectorAll("button[data-setting]"));
    /** @type {Values[] | null} */
    let goals = null;

    for (const { input, slider } of rows) {
      input.max = String(positions(slider));
      input.addEventListener("input", () => {
        player.stop();
        steering.set({ [slider.name]: toValue(slider, Number(input.value)) });
      });
    }
    /** @type {function(string, (data: string, button: HTMLElement) => void): void} */
    const onClick = (data, act) => {
      /** @type {NodeListOf<HTMLElement>} */
      const buttons = root.querySelectorAll(`button[data-${data}]`);
      for (const button of buttons) {
        button.addEventListener("click", () => act(button.dataset[data] || "", button));
      }
    };
    onClick("play", (i, button) => player.toggle(button, spec.sliders[Number(i)]));
    onClick("step", (i) => {
      player.stop();
      advance(steering, spec.sliders[Number(i)], 1);
    });
    onClick("setting", (name) => {
      player.stop();
      steering.choose(name);
    });

    return {
      show(values) {
        for (const { input, output, slider } of rows) {
          const text = dmfbook.format(values[slider.name], 4);
          const position = String(Math.round(toPosition(slider, values[slider.name])));
          if (input.value !== position) input.value = position;
          if (output.textContent === text && input.hasAttribute("aria-valuetext")) continue;
          input.setAttribute("aria-valuetext", text);
          output.textContent = text;
        }
        // Where nothing has moved yet, the first chip is pressed by the markup.
        goals ??= chips.map((chip) => reached(chip.dataset.setting || ""));
        chips.forEach((chip, i) => {
          const pressed = spec.sliders.every((s) => same(values[s.name], goals?.[i][s.name]));
          dmfbook.alter(chip, "aria-pressed", String(pressed));
        });
      },
      stop: player.stop,
    };
  };

  /**
   * Whether two values are one: an address keeps fewer digits than a setting has.
   * @type {function(number, number | undefined): boolean}
   */
  const same = (a, b = NaN) => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

  /** @type {function(Steering, SliderSpec, number): void} */
  function advance(steering, slider, steps) {
    const position = Math.round(toPosition(slider, steering.values[slider.name])) + steps;
    steering.set({ [slider.name]: toValue(slider, position) });
  }

  /**
   * The play of one slider at a time.
   * @param {Steering} steering
   */
  function playing(steering) {
    /** @type {{timer: number, button: HTMLElement, sign: string | null} | null} */
    let now = null;

    function stop() {
      if (now === null) return;
      clearInterval(now.timer);
      now.button.setAttribute("aria-pressed", "false");
      now.button.textContent = now.sign;
      now = null;
    }

    /** @type {function(HTMLElement, SliderSpec): void} */
    function play(button, slider) {
      const ended = () => steering.values[slider.name] >= slider.high;
      stop();
      if (ended()) steering.set({ [slider.name]: slider.low });
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        steering.set({ [slider.name]: slider.high });
        return;
      }
      const stride = Math.max(1, Math.round(positions(slider) / POSITIONS));
      const pause = Math.max(16, Math.min(350, 5000 / positions(slider)));
      const timer = setInterval(() => {
        advance(steering, slider, stride);
        if (ended()) stop();
      }, pause);
      now = { timer, button, sign: button.textContent };
      button.setAttribute("aria-pressed", "true");
      button.textContent = "■";
    }

    return {
      stop,
      /** @type {function(HTMLElement, SliderSpec): void} */
      toggle(button, slider) {
        if (now && now.button === button) stop();
        else play(button, slider);
      },
    };
  }
})();
