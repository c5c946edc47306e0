// What the certificates of all sets use: the same sums and products, in the same order, as in Python.
const shared = {
  product: (numbers) => numbers.reduce((product, number) => product * number, 1),

  others: (numbers) =>
    numbers.map((_, i) => shared.product(numbers.filter((_, j) => j !== i))),

  squares: (numbers) => numbers.reduce((sum, number) => sum + number * number, 0),

  /** Where gradient descent on (target - product)^2 + regularization * squares is; null if it flies off. */
  descend(start, target, regularization, step, steps) {
    let numbers = start.slice();
    for (let i = 0; i < steps; i++) {
      const gap = shared.product(numbers) - target;
      const rest = shared.others(numbers);
      const moves = numbers.map(
        (number, k) => step * (2 * gap * rest[k] + 2 * regularization * number),
      );
      numbers = numbers.map((number, k) => number - moves[k]);
      if (!(Math.max(...numbers.map(Math.abs)) < 1e6)) return null;
      if (Math.max(...moves.map(Math.abs)) <= 1e-12) break;
    }
    return numbers;
  },

  /** The singular values of a 2 x 2 matrix. */
  singular([[a, b], [c, d]]) {
    const squares = a * a + b * b + c * c + d * d;
    const determinant = Math.abs(a * d - b * c);
    const total = Math.sqrt(squares + 2 * determinant);
    const difference = Math.sqrt(Math.max(squares - 2 * determinant, 0));
    return [(total + difference) / 2, (total - difference) / 2];
  },

  shown: (value) => String(Number(value.toPrecision(6))),
};
