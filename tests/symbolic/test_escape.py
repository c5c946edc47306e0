"""The library's descent held against the symbolic formulas of the chapter."""

import numpy as np
import pytest
import sympy as sp

from dmfbook import end_to_end, gradient_descent, predict_escape, stability_threshold
from dmfbook.symbolic import depth, step_size
from dmfbook.symbolic import escape as formula
from dmfbook.symbolic import sharpness as edge


def value(expression, **numbers):
    names = {symbol.name: symbol for symbol in expression.free_symbols}
    return float(expression.subs({names[name]: x for name, x in numbers.items()}))


@pytest.mark.parametrize("width", [1, 4])
def test_a_step_multiplies_sum_and_difference(width):
    draw = np.random.default_rng(width).normal
    u, v, target, eta = draw(size=(width, 1)), draw(size=(1, width)), 0.7, 0.1
    run = gradient_descent([u, v], [[target]], eta, 1)
    misfit = (v @ u).item() - target
    for sign, factor in ((1, formula.plus_factor), (-1, formula.minus_factor)):
        expected = value(factor, eta=eta, E=misfit) * (u + sign * v.T)
        np.testing.assert_allclose(run.factors[0] + sign * run.factors[1].T, expected, rtol=1e-13)


@pytest.mark.parametrize("u", [1.1, 2.0, 5.0])
def test_the_prediction_is_the_mirror_law(u):
    """For two numbers the feedback is explicit."""
    v = 3 / u
    eta = 1.01 * stability_threshold([[[u]], [[v]]])
    found = predict_escape([[[u]], [[v]]], eta)
    own = 2 * (u * u + v * v)
    numbers = {formula.first_factor: u, formula.second_factor: v}
    # The feedback is that of the step size at the edge.
    feedback = float(formula.pair_feedback.subs(numbers)) * (eta * own / 2) ** 2
    assert found.peak_loss == pytest.approx(own * (eta * own - 2) ** 2 / (2 * feedback), rel=1e-10)
    least = formula.least_ratio.subs({step_size: eta, formula.largest: 3.0, depth: 2})
    assert found.lowest_ratio == pytest.approx(float(least), rel=1e-12)


@pytest.mark.parametrize("widths", [(2, 3, 2), (1, 2, 3, 2)])
def test_changes_of_partial_products(widths):
    draw = np.random.default_rng(1).normal
    shapes = list(zip(widths[1:], widths, strict=False))
    factors, moves = ([sp.Matrix(draw(size=s)) for s in shapes] for _ in range(2))
    both = [w + d for w, d in zip(factors, moves, strict=True)]
    before, after = map(formula.partial_products, (factors, both))
    for one, two, change in zip(
        before, after, formula.displaced_changes(factors, moves), strict=True
    ):
        np.testing.assert_allclose(
            np.array(two - one, float), np.array(change, float), rtol=1e-12, atol=1e-13
        )
    numbers = [np.array(w, float) for w in both]
    np.testing.assert_allclose(np.array(after[-1], float), end_to_end(numbers), rtol=1e-12)


def test_the_cycle_is_one_of_descent():
    c, m = 1.15, 2.0
    p, q = (float(n.subs(edge.edge_ratio, c)) for n in formula.cycle_numbers)
    start = [[[p * m**0.5]], [[p * m**0.5]]]
    run = gradient_descent(start, [[m]], c / (2 * m), 2, record_trajectory=True)
    np.testing.assert_allclose(run.trajectory[0].ravel() / m**0.5, [p, q, p], rtol=1e-13)


def test_the_bent_curve_starts_and_ends_on_the_axis():
    numbers = {formula.bend_share: 1.5, formula.feedback: 2.0, formula.first_excess: 0.3}
    curve = sp.lambdify(formula.excess, formula.bent_square.subs(numbers))
    x = -1.0
    for _ in range(40):
        x = float(formula.landing_newton_step.subs({formula.landing: x, formula.departure: 0.9}))
    assert (1 + x) * np.exp(-x) == pytest.approx(1.9 * np.exp(-0.9), rel=1e-12)
    assert curve(0.3) == pytest.approx(0, abs=1e-12)
    assert curve(x / 3) == pytest.approx(0, abs=1e-12)
    # In between the kept quantity stays what it was at the start.
    between = formula.bent_conserved.subs(formula.square, formula.bent_square).subs(numbers)
    assert float(between.subs(formula.excess, 0.1)) == pytest.approx(1.9 * np.exp(-0.9), rel=1e-12)
    assert curve(0.1) > 0
