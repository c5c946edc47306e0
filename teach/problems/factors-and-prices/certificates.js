window.certificates = {
  q5(given, { matrix }) {
    if (!matrix) return [[3, "matrix: not answered"], [2, "trace: not answered"]];
    const [large, small] = shared.singular(matrix);
    const off = Math.max(Math.abs(large - given.large), Math.abs(small - given.small));
    let problem = off <= 2e-3 * given.large ? "" : "it has other singular values";
    const marks = [[3, problem && `matrix: ${problem}`]];
    const [first, second] = shared.singular(given.yours);
    const bound = first * given.large + second * given.small;
    const trace = matrix.flat().reduce((sum, entry, i) => sum + entry * given.yours.flat()[i], 0);
    const share = trace / bound;
    if (!problem && !(Math.abs(share - 0.5) <= 2e-3)) {
      problem = `the trace is ${share.toFixed(4)} of the bound`;
    }
    return [...marks, [2, problem && `trace: ${problem}`]];
  },
};
