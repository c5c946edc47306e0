from itertools import pairwise

import numpy as np
import pytest
import sympy
from cases import PROBLEMS, drawn_problems, random_factors
from hypothesis import given, settings

from dmfbook import data_loss, end_to_end, gradient, pack, unpack
from dmfbook.reference import (
    dense_data_hessian,
    dense_hessian,
    dense_jacobian,
    dense_kronecker_sum,
    grid_minimizer,
)


def symbolic_loss(widths, target, regularization):
    """The loss as a polynomial in named parameters, ordered as the library orders them."""
    factors, names = [], []
    for layer in range(len(widths) - 1):
        shape = (widths[layer + 1], widths[layer])
        factor = sympy.Matrix(*shape, lambda i, j, k=layer: sympy.Symbol(f"w{k}_{i}_{j}"))
        factors.append(factor)
        names += list(factor)
    product = factors[0]
    for factor in factors[1:]:
        product = factor * product
    misfit = sum(entry**2 for entry in sympy.Matrix(target) - product)
    return misfit + regularization * sum(name**2 for name in names), list(product), names


@pytest.mark.parametrize("widths", [(1, 1, 1), (2, 1, 2), (2, 2, 1, 2), (1, 1, 2, 1, 1)], ids=str)
def test_the_dense_hessian_is_exact(widths):
    """Integers make every float operation exact, so that sympy's answer is met bit for bit."""
    rng = np.random.default_rng(1)
    target = rng.integers(-3, 4, (widths[-1], widths[0]))
    size = sum(a * b for a, b in pairwise(widths))
    values = rng.integers(-3, 4, size)
    polynomial, product, names = symbolic_loss(widths, target.tolist(), 2)
    at = {name: int(value) for name, value in zip(names, values, strict=True)}
    factors = unpack(values, widths)
    hessian = np.array(sympy.hessian(polynomial, names).subs(at).tolist(), dtype=float)
    jacobian = np.array(sympy.Matrix(product).jacobian(names).subs(at).tolist(), dtype=float)
    assert np.array_equal(dense_hessian(factors, target, 2), hessian)
    assert np.array_equal(dense_jacobian(factors), jacobian)
    assert np.array_equal(dense_kronecker_sum(factors), jacobian @ jacobian.T)


@given(problem=drawn_problems(max_depth=5, max_width=3))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_dense_hessian_is_the_derivative_of_the_gradient(problem):
    factors, target = problem.factors, problem.target
    dense = dense_hessian(factors, target, problem.regularization)
    vector, step = pack(factors), 1e-5
    way = np.random.default_rng(problem.seed).standard_normal(vector.size)
    sides = [
        pack(gradient(unpack(vector + sign * way, problem.widths), target, problem.regularization))
        for sign in (step, -step)
    ]
    wanted = (sides[0] - sides[1]) / (2 * step)
    assert np.linalg.norm(dense @ way - wanted) <= 1e-6 * (1 + np.linalg.norm(dense))
    assert np.array_equal(dense, dense.T)


@pytest.mark.parametrize("problem", PROBLEMS[:12], ids=str)
def test_at_a_fitted_point_the_kronecker_sum_has_the_nonzero_eigenvalues(problem):
    factors = problem.factors
    hessian = np.linalg.eigvalsh(dense_hessian(factors, end_to_end(factors)))
    short = np.linalg.eigvalsh(2 * dense_kronecker_sum(factors))
    count = min(short.size, hessian.size)
    assert np.allclose(hessian[-count:], short[-count:], atol=1e-13 * hessian[-1], rtol=0)
    assert np.allclose(hessian[:-count], 0, atol=1e-13 * hessian[-1])


def test_the_data_hessian_is_the_second_difference_of_the_data_loss():
    rng = np.random.default_rng(4)
    widths = (3, 2, 3, 2)
    factors = random_factors(widths, 5)
    inputs, outputs = rng.standard_normal((3, 7)), rng.standard_normal((2, 7))
    dense = dense_data_hessian(factors, inputs, outputs, 0.4)
    vector, way, step = pack(factors), rng.standard_normal(18), 1e-3
    assert dense.shape == (18, 18)

    def value(t):
        return data_loss(unpack(vector + t * way, widths), inputs, outputs, 0.4)

    # Fourth order, so that a step of 1e-3 leaves ten digits.
    wanted = -value(2 * step) + 16 * value(step) - 30 * value(0)
    wanted += 16 * value(-step) - value(-2 * step)
    assert way @ dense @ way == pytest.approx(wanted / (12 * step**2), rel=1e-7)


def test_the_data_hessian_names_data_that_do_not_fit():
    factors = random_factors((3, 2, 2), 0)
    with pytest.raises(ValueError, match="inputs must have d_0 = 3 rows"):
        dense_data_hessian(factors, np.ones((2, 4)), np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"outputs must have shape .* = \(2, 4\)"):
        dense_data_hessian(factors, np.ones((3, 4)), np.ones((2, 5)))


@pytest.mark.parametrize(("target", "wanted"), [(3.0, 2.0), (-3.0, -2.0), (0.5, 0.0), (0.0, 0.0)])
def test_the_grid_finds_the_soft_threshold(target, wanted):
    found = grid_minimizer(target, 2, 1.0, points=20_001)
    assert abs(found - wanted) <= abs(target) / 20_000


def test_the_grid_has_zero_and_both_ends():
    assert grid_minimizer(1.0, 3, 10.0, points=4) == 0.0
    assert grid_minimizer(-1.0, 3, 0.0, points=4) == -1.0


def test_what_exceeds_the_floats_is_refused():
    huge, small = [1e200 * np.eye(2)] * 2, [np.eye(2)] * 2
    with np.errstate(all="raise", under="ignore"):
        for call in (
            lambda: dense_hessian(huge, np.eye(2)),
            lambda: dense_hessian(small, np.full((2, 2), 1.7e308)),
            lambda: dense_kronecker_sum(huge),
            lambda: dense_jacobian([*huge, *huge]),
            lambda: dense_data_hessian(small, huge[0], small[0]),
        ):
            with pytest.raises(ValueError, match="too large"):
                call()
        assert grid_minimizer(1.7e308, 3, 1.0) == 1.7e308
