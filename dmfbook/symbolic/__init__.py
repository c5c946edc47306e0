"""The formulas of the book as named sympy expressions, one module per chapter.

Each formula is written here once. The chapter proves it with the functions of
`dmfbook.symbolic.checks`, the explorables draw it, and the tests hold the numerical functions
against it. The symbols below are shared by all chapters. Real symbols stay real, and what is
always positive is declared so, because sympy's simplifications rest on these declarations.
"""

from __future__ import annotations

import sympy as sp

__all__ = ["depth", "end_to_end", "extra_depth", "gain", "regularization", "step_size", "target"]

# L, the number of factors.
depth = sp.Symbol("L", integer=True, positive=True)
# n = L - 2 where the depth exceeds two; a real number, so that a check covers more than integers.
extra_depth = sp.Symbol("n", positive=True)
# m, the number to be factored.
target = sp.Symbol("m", real=True)
# lambda, the weight of the penalty.
regularization = sp.Symbol("lambda", positive=True)
# x = w_L ... w_1, the product of the factors.
end_to_end = sp.Symbol("x", real=True)
# s = |x|^(1/L), the size of every factor of a balanced factorization.
gain = sp.Symbol("s", positive=True)
# eta, the step size of gradient descent.
step_size = sp.Symbol("eta", positive=True)
