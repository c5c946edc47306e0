window.certificates = {
  q2({ target, landing }, { minimum, start, step }) {
    if (!minimum || !start || step === undefined) {
      return [[7, "minimum, step and start belong together, and one is not answered"]];
    }
    const size = shared.squares(minimum);
    const product = shared.product(minimum);
    const away = Math.sqrt(shared.squares(start.map((number, i) => number - minimum[i])));
    const problem = () => {
      if (Math.abs(product - target) > 1e-3 * target) {
        return `minimum: the product is ${shared.shown(product)}, not your target`;
      }
      if (!(step > 0)) return "step: it is not above zero";
      if (step * size < 1.02) {
        return `step: the ratio at the minimum is ${(step * size).toFixed(4)}, below 1.02`;
      }
      if (!(away > 0 && away <= 0.05 * Math.sqrt(size))) {
        return `start: its distance from the minimum is ${shared.shown(away)}`;
      }
      const end = shared.descend(start, target, 0, step, 6000);
      if (!end) return "start: descent flies off";
      if (Math.abs(end[0] * end[1] - target) > 1e-6 * target) return "start: descent does not settle";
      const ratio = step * (end[0] ** 2 + end[1] ** 2);
      if (Math.abs(ratio - landing) > 0.01) return `start: descent lands at the ratio ${ratio.toFixed(4)}`;
      return "";
    };
    return [[7, problem()]];
  },
};
