window.certificates = {
  q3(given, answer) {
    const { target, regularization, length } = given;
    return ["trapped", "free"].map((name) => {
      const start = answer[name];
      if (!start) return [3, `${name}: not answered`];
      const size = Math.sqrt(shared.squares(start));
      if (Math.min(...start.map(Math.abs)) < 0.05) return [3, `${name}: a factor is smaller than 0.05`];
      if (shared.product(start) <= 0) return [3, `${name}: the product of the start is not positive`];
      if (name === "trapped" && size < length) {
        return [3, `${name}: its length ${size.toFixed(4)} is below ${length}`];
      }
      if (name === "free" && size > length) {
        return [3, `${name}: its length ${size.toFixed(4)} is above ${length}`];
      }
      const end = shared.descend(start, target, regularization, 0.05, 6000);
      if (!end) return [3, `${name}: descent from there flies off`];
      if (name === "trapped" && Math.max(...end.map(Math.abs)) > 1e-3) {
        return [3, `${name}: descent from there does not end at zero`];
      }
      if (name === "free" && !(shared.product(end) > target / 2)) {
        return [3, `${name}: descent from there does not end at the minimizer`];
      }
      return [3, ""];
    });
  },

  q4({ target }, answer) {
    return ["first", "second"].map((name) => {
      const point = answer[name];
      if (!point) return [2, `${name}: not answered`];
      const product = shared.product(point);
      const squares = shared.squares(point);
      if (Math.abs(product - target) > 1e-3 * target) {
        return [2, `${name}: the product is ${shared.shown(product)}, not your target`];
      }
      if (name === "first" && squares > (1 + 1e-3) * 3 * target ** (2 / 3)) {
        return [2, `${name}: there are shorter minimizers`];
      }
      if (name === "second" && squares <= 1e6) {
        return [2, `${name}: its norm is ${shared.shown(Math.sqrt(squares))}, not above 1000`];
      }
      return [2, ""];
    });
  },
};
