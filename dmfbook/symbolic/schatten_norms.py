"""The formulas of the chapter on the Schatten penalty hidden in weight decay.

Singular values are positive symbols here; zero ones are treated in the text of the chapter.
"""

from __future__ import annotations

import sympy as sp

from dmfbook.symbolic import depth, regularization

# The exponents p and q of two norms. An exponent above one is written 1 + c.
exponent, other_exponent = sp.symbols("p q", positive=True)
above_one = sp.Symbol("c", positive=True)
# Positive numbers to be compared, and a weight between 0 and 1 written w / (1 + w).
first, second = sp.symbols("a b", positive=True)
odds = sp.Symbol("w", positive=True)
ratio = sp.Symbol("t", positive=True)

# By how much t exceeds the tangent 1 + log(t) of the logarithm at one: never negative.
tangent_gap = ratio - 1 - sp.log(ratio)

# Young's inequality: a b is at most a^p / p + b^q / q with q = p / (p - 1).
conjugate_exponent = exponent / (exponent - 1)
young_bound = first**exponent / exponent + (exponent - 1) / exponent * second**conjugate_exponent
# Under the curve y = x^(p-1) up to x = a lies the first part, left of it up to y = b the second.
young_curve = ratio ** (exponent - 1)

# Hoelder's exponent r, with 1/r = 1/p + 1/q.
holder_exponent = exponent * other_exponent / (exponent + other_exponent)

# A singular value of the product, and what it adds to the least cost of a factorization.
singular_value = sp.Symbol("sigma", positive=True)
hidden_exponent = 2 / depth
least_cost = depth * singular_value**hidden_exponent

# How many times r equal singular values cost more than a single one of the same Frobenius norm.
rank = sp.Symbol("r", positive=True)
price_of_rank = rank ** (1 - 1 / depth)

# The cheapest point of the line a_1 x_1 + a_2 x_2 = 1 for the price x_1^p + x_2^p, where the
# smaller coefficient is `slant` times the larger one: its smaller value over its larger one.
slant = sp.Symbol("k", positive=True)
cheapest_ratio = slant ** (1 / (exponent - 1))

# The target diag(1, rho), and the least loss of the factorizations of x times the target.
scale = sp.Symbol("x", positive=True)
second_value = sp.Symbol("rho", positive=True)
floor_of_loss = (1 + second_value**2) * (1 - scale) ** 2 + regularization * depth * (
    1 + second_value ** (2 / depth)
) * scale ** (2 / depth)

# A hidden layer of a balanced factorization is stretched by e^t along a unit vector, and what
# follows is squeezed by as much. The cost grows by this, where q is the squared length of the
# hidden layer's values along the vector.
stretch = sp.Symbol("t", real=True)
energy = sp.Symbol("q", positive=True)
stretch_excess = energy * (sp.exp(stretch) - sp.exp(-stretch)) ** 2

# A has the singular values e^alpha and e^-alpha, B has e^beta and e^-beta, and B is turned by an
# angle theta before A acts. Then A B has e^gamma and e^-gamma; this is (e^gamma - e^-gamma)^2.
spread, other_spread = sp.symbols("alpha beta", nonnegative=True)
angle = sp.Symbol("theta", real=True)
_sum, _difference = spread + other_spread, spread - other_spread
turned_gap = (
    sp.cos(angle) ** 2 * (sp.exp(_sum) - sp.exp(-_sum)) ** 2
    + sp.sin(angle) ** 2 * (sp.exp(_difference) - sp.exp(-_difference)) ** 2
)
turned_spread = sp.asinh(sp.sqrt(turned_gap) / 2)

# Two numbers whose p-th powers add up to one, by an angle: (cos(s)^(2/p), sin(s)^(2/p)).
unit_angle, other_unit_angle = sp.symbols("s t", real=True)


def unit_pair(power: sp.Expr, at: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return the point of the unit curve of the exponent `power` that belongs to an angle."""
    return sp.cos(at) ** (2 / power), sp.sin(at) ** (2 / power)


# A = diag(a1, a2) acts after B = diag(b1, b2) and a turn by theta. These are the squares of the
# sum and of the difference of the two singular values of the product, as terms that are not
# negative; the product of the two is a1 a2 b1 b2.
values_of_a = sp.symbols("a1 a2", nonnegative=True)
values_of_b = sp.symbols("b1 b2", nonnegative=True)
_straight = values_of_a[0] * values_of_b[0], values_of_a[1] * values_of_b[1]
_crossed = values_of_a[0] * values_of_b[1], values_of_a[1] * values_of_b[0]
turned_sum_squared, turned_difference_squared = (
    sp.cos(angle) ** 2 * (_straight[0] + sign * _straight[1]) ** 2
    + sp.sin(angle) ** 2 * (_crossed[0] + sign * _crossed[1]) ** 2
    for sign in (1, -1)
)
# By how much ||A||_F^2 ||B||_F^2 exceeds the squared nuclear norm of the product: what the lists
# lose, and what the turn loses.
lost_by_mismatch = (_crossed[0] - _crossed[1]) ** 2
lost_by_turn = (
    sp.sin(angle) ** 2
    * (values_of_a[0] ** 2 - values_of_a[1] ** 2)
    * (values_of_b[0] ** 2 - values_of_b[1] ** 2)
)

# Two pairs in descending order, alpha below beta in the sense of products: beta_1 is (1 + s)
# alpha_1, the product of beta is (1 + v) times that of alpha, and alpha_1 is alpha_2 + u. By so
# much the sum of beta exceeds that of alpha.
smaller_alpha, alpha_gap = sp.symbols("alpha2 u", nonnegative=True)
first_excess, product_excess = sp.symbols("s v", nonnegative=True)
excess_of_sum = (
    alpha_gap * first_excess
    + (smaller_alpha + alpha_gap) * first_excess**2
    + smaller_alpha * product_excess
) / (1 + first_excess)
