"""Minimization for any linear operator of the matrix."""

from itertools import accumulate

import numpy as np
import pytest
from cases import matrix_with_singular_values

from dmfbook import (
    factorization_cost,
    minimize_penalized,
    pack,
    threshold_singular_values,
    unpack,
)
from dmfbook.numerics.matrix_recovery._operator import measuring
from dmfbook.numerics.matrix_recovery._polish import Chart
from dmfbook.numerics.matrix_recovery._proximal import Problem, step_from


def dense_operators(seed=0, shape=(4, 3)):
    """Yield a name, the matrix of an operator on X.ravel(), the operator, and its data."""
    rng = np.random.default_rng(seed)
    target = rng.standard_normal(shape) + np.outer(np.arange(shape[0]), np.ones(shape[1]))
    mask = rng.random(shape) < 0.7
    yield "mask", np.diag(mask.ravel() * 1.0), (lambda x: mask * x, lambda e: mask * e), target
    design = rng.standard_normal((shape[1], 8)) * 3
    right = (lambda x: x @ design, lambda e: e @ design.T)
    yield "data on the right", np.kron(np.eye(shape[0]), design.T), right, target @ design
    sensors = rng.standard_normal((9, *shape))
    sensing = (
        lambda x: np.einsum("kij,ij->k", sensors, x),
        lambda e: np.einsum("kij,k->ij", sensors, e),
    )
    yield "sensing", sensors.reshape(9, -1), sensing, sensing[0](target)


OPERATORS = list(dense_operators())
every_operator = pytest.mark.parametrize(
    ("matrix", "operator", "data"), [case[1:] for case in OPERATORS], ids=[c[0] for c in OPERATORS]
)


@every_operator
@pytest.mark.parametrize("depth", [2, 3, 4])
def test_all_forms_of_an_operator_agree(matrix, operator, data, depth):
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import aslinearoperator

    found = minimize_penalized(operator, data, (4, 3), depth, 0.4)
    error = matrix @ found.matrix.ravel() - np.ravel(data * (matrix.any(1).reshape(data.shape)))
    hidden = np.sum(data**2) - np.sum((data * matrix.any(1).reshape(data.shape)) ** 2)
    wanted = error @ error + hidden + 0.4 * factorization_cost(found.matrix, depth)
    assert found.objective == pytest.approx(wanted, rel=1e-12)
    assert found.converged
    for form in (matrix, csr_array(matrix), aslinearoperator(matrix)):
        other = minimize_penalized(form, data, (4, 3), depth, 0.4)
        assert other.objective == pytest.approx(found.objective, rel=1e-10)


@every_operator
@pytest.mark.parametrize("depth", [2, 3, 4])
def test_no_start_of_factors_ends_lower(matrix, operator, data, depth):
    """L-BFGS on the factors themselves, from many starts: a different algorithm for the least."""
    from scipy.optimize import minimize

    widths = (3,) * depth + (4,)

    def value_and_slope(vector):
        factors = unpack(vector, widths)
        before = list(accumulate(factors, lambda product, factor: factor @ product))
        after = list(accumulate([np.eye(4), *factors[:0:-1]], np.matmul))[::-1]
        error = matrix @ before[-1].ravel() - data.ravel()
        back = (2 * matrix.T @ error).reshape(4, 3)
        slope = [
            a.T @ back @ b.T + 0.8 * factor
            for a, b, factor in zip(after, [np.eye(3), *before], factors, strict=False)
        ]
        return error @ error + 0.4 * vector @ vector, pack(slope)

    rng = np.random.default_rng(1)
    reached = [
        minimize(value_and_slope, start, jac=True, method="L-BFGS-B")
        for start in rng.standard_normal((12, 9 * (depth - 1) + 12))
    ]
    found = minimize_penalized(operator, data, (4, 3), depth, 0.4)
    assert found.objective <= min(run.fun for run in reached) * (1 + 1e-9)
    if depth == 2:
        assert found.objective == pytest.approx(min(run.fun for run in reached), rel=1e-6)


@every_operator
def test_depth_two_meets_the_conditions_of_the_nuclear_norm(matrix, operator, data):
    found = minimize_penalized(operator, data, (4, 3), 2, 0.4, tolerance=1e-11)
    slope = (matrix.T @ (matrix @ found.matrix.ravel() - np.ravel(data))).reshape(4, 3)
    left, values, right = np.linalg.svd(found.matrix)
    rank = int(np.sum(values > 1e-9))
    assert np.linalg.norm(slope, 2) <= 0.4 * (1 + 1e-8)
    inside = left[:, :rank].T @ slope @ right[:rank].T
    assert np.allclose(inside, -0.4 * np.eye(rank), atol=1e-8 * np.linalg.norm(matrix) ** 2)


@pytest.mark.parametrize(
    ("scale", "size"),
    [(1e-150, 1e-30), (1e-150, 1e30), (1e150, 1e-30), (1e150, 1e30), (1e-20, 1.0), (1e20, 1.0)],
)
def test_the_scale_of_data_and_operator_does_not_matter(scale, size):
    """X(s b, c A; lambda s^2 (c/s)^(2/L)) = (s/c) X(b, A; lambda)."""
    _, matrix, _, data = OPERATORS[2]
    wanted = minimize_penalized(matrix, data, (4, 3), 4, 0.4)
    weight = 0.4 * scale**1.5 * size**0.5
    found = minimize_penalized(size * matrix, scale * data, (4, 3), 4, weight)
    assert found.converged
    assert found.rank == wanted.rank
    assert np.allclose(found.matrix / (scale / size), wanted.matrix, rtol=0, atol=1e-6)


def test_a_bound_on_the_rank_is_kept():
    target = matrix_with_singular_values((3.0, 2.0, 1.0), (4, 3), 2)
    found = minimize_penalized(np.eye(12), target.ravel(), (4, 3), 3, 0.05, rank=2)
    left, values, right = np.linalg.svd(threshold_singular_values(target, 3, 0.05))
    wanted = (left[:, :2] * values[:2]) @ right[:2]
    assert found.rank == 2
    assert np.allclose(found.matrix, wanted, atol=1e-7)


def test_operators_that_do_not_fit_are_refused():
    eye = np.eye(4)
    with pytest.raises(ValueError, match=r"operator must have shape \(4, 6\)"):
        minimize_penalized(eye, np.ones(4), (2, 3), 3, 0.1)
    with pytest.raises(ValueError, match=r"the product of operator must return .* shape \(3,\)"):
        minimize_penalized((lambda x: x.ravel(), lambda e: e), np.ones(3), (2, 2), 3, 0.1)
    with pytest.raises(ValueError, match=r"operator must be \(product, adjoint\)"):
        minimize_penalized((lambda x: 2 * x, lambda e: e), np.ones((2, 2)), (2, 2), 3, 0.1)
    with pytest.raises(ValueError, match="the product of operator returns must be finite"):
        minimize_penalized((lambda x: x * np.nan, lambda e: e), np.ones((2, 2)), (2, 2), 3, 0.1)
    with pytest.raises(TypeError, match="operator must be a pair of functions"):
        minimize_penalized("mask", np.ones(4), (2, 2), 3, 0.1)
    nothing = minimize_penalized(np.zeros((4, 4)), np.ones(4), (2, 2), 3, 0.1)
    assert nothing.converged
    assert nothing.rank == 0


def test_a_start_may_end_lower_than_all_of_the_library():
    """What the docstring tells of depth 6: nothing is guaranteed, and a start may help."""
    _, matrix, operator, data = OPERATORS[1]
    nearest = np.linalg.lstsq(matrix, data.ravel(), rcond=None)[0].reshape(4, 3)
    searched = minimize_penalized(operator, data, (4, 3), 6, 0.4)
    helped = minimize_penalized(operator, data, (4, 3), 6, 0.4, start=nearest)
    assert searched.converged
    assert helped.converged
    assert searched.objective / helped.objective == pytest.approx(1.065, abs=0.005)


@every_operator
@pytest.mark.parametrize("depth", [2, 3, 5])
def test_what_lbfgs_sees_is_the_objective_and_its_slope(matrix, operator, data, depth):
    measured = measuring(operator, (4, 3), data)
    problem = Problem(measured, data, (4, 3), depth, 0.4, 3, 1.0)
    zero = np.zeros((4, 3))
    error = problem.error(zero)
    point = step_from(problem, zero, problem.gradient(error), error, 0.49)
    chart = Chart(problem, point)
    assert point.rank >= 2
    assert chart.value_and_slope(np.zeros(chart.size))[0] == pytest.approx(point.objective)
    rng = np.random.default_rng(0)
    moves, way = 0.1 * rng.standard_normal((2, chart.size))
    ahead, behind = (chart.value_and_slope(moves + h * way)[0] for h in (1e-5, -1e-5))
    slope = chart.value_and_slope(moves)[1] @ way
    assert (ahead - behind) / 2e-5 == pytest.approx(slope, rel=1e-6)
    # The chart computes what a product of two sides is worth.
    left, right = chart.sides(moves)
    values = np.linalg.svd(left @ right.T, compute_uv=False)[: point.rank]
    if values.min() > problem.smallest_kept():
        wanted = problem.objective(problem.error(left @ right.T), values)
        assert chart.value_and_slope(moves)[0] == pytest.approx(wanted)
