window.certificates = {
  q2({ target, times }, answer) {
    const least = 6 * target ** (4 / 3);
    return [["flat", 3], ["sharp", 5]].map(([name, points]) => {
      const point = answer[name];
      if (!point) return [points, `${name}: not answered`];
      const product = shared.product(point);
      const ratio = (2 * shared.squares(shared.others(point))) / least;
      if (Math.abs(product - target) > 1e-3 * target) {
        return [points, `${name}: the product is ${shared.shown(product)}, not your target`];
      }
      if (name === "flat" && ratio > 1 + 2 * 1e-3) return [points, `${name}: there are flatter minima`];
      if (name === "sharp" && Math.abs(ratio - times) > 5e-3 * times) {
        return [points, `${name}: it is ${shared.shown(ratio)} times as sharp as the flattest`];
      }
      return [points, ""];
    });
  },
};
