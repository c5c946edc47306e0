import importlib
import pkgutil
from itertools import pairwise

import numpy as np
import pytest
from cases import PROBLEMS, drawn_problems, random_factors
from hypothesis import given, settings

import dmfbook
import dmfbook.numerics
from dmfbook import (
    end_to_end,
    gradient,
    hessian_operator,
    imbalance,
    loss,
    pack,
    unpack,
    widths_of,
)
from dmfbook.reference import dense_hessian

problems = pytest.mark.parametrize("problem", PROBLEMS, ids=str)
drawn = given(problem=drawn_problems())
quick = settings(max_examples=60, deadline=None, derandomize=True)


def loss_entry_by_entry(factors, target, regularization):
    """The definition in scalars, with numbers of any kind (complex ones too)."""
    product = factors[0]
    for factor in factors[1:]:
        product = [
            [sum(row[k] * product[k][j] for k in range(len(row))) for j in range(len(product[0]))]
            for row in factor
        ]
    misfit = sum(
        (target[i][j] - product[i][j]) ** 2
        for i in range(len(target))
        for j in range(len(target[0]))
    )
    decay = sum(entry**2 for factor in factors for row in factor for entry in row)
    return misfit + regularization * decay


def complex_step_gradient(factors, target, regularization):
    """Exact to rounding: the imaginary part of the loss at an imaginary step."""
    vector, widths = pack(factors), widths_of(factors)
    shapes = list(zip(widths[1:], widths, strict=False))
    ends = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
    result = np.empty(vector.size)
    for k in range(vector.size):
        moved = vector.astype(complex)
        moved[k] += 1e-100j
        parts = [
            part.reshape(shape).tolist()
            for part, shape in zip(np.split(moved, ends), shapes, strict=True)
        ]
        result[k] = loss_entry_by_entry(parts, target.tolist(), regularization).imag / 1e-100
    return result


@problems
def test_the_loss_is_its_definition(problem):
    wanted = loss_entry_by_entry(
        [factor.tolist() for factor in problem.factors],
        problem.target.tolist(),
        problem.regularization,
    )
    found = loss(problem.factors, problem.target, problem.regularization)
    assert found == pytest.approx(wanted, rel=1e-13)


@problems
def test_the_gradient_is_the_derivative_of_the_loss(problem):
    wanted = complex_step_gradient(problem.factors, problem.target, problem.regularization)
    found = pack(gradient(problem.factors, problem.target, problem.regularization))
    assert np.linalg.norm(found - wanted) <= 1e-14 * np.linalg.norm(wanted)


@problems
def test_the_hessian_operator_is_the_dense_hessian(problem):
    operator = hessian_operator(problem.factors, problem.target, problem.regularization)
    dense = dense_hessian(problem.factors, problem.target, problem.regularization)
    assert operator.shape == dense.shape == (problem.size, problem.size)
    assert np.abs(operator @ np.eye(problem.size) - dense).max() <= 1e-14 * np.abs(dense).max()


@drawn
@quick
def test_derivatives_agree_on_drawn_problems(problem):
    factors, target = problem.factors, problem.target
    wanted = complex_step_gradient(factors, target, problem.regularization)
    found = pack(gradient(factors, target, problem.regularization))
    scale = np.linalg.norm(wanted) + np.linalg.norm(target)
    assert np.linalg.norm(found - wanted) <= 1e-13 * scale
    operator = hessian_operator(factors, target, problem.regularization)
    dense = dense_hessian(factors, target, problem.regularization)
    vector = np.random.default_rng(problem.seed).standard_normal(len(dense))
    error = np.linalg.norm(operator @ vector - dense @ vector)
    assert error <= 1e-13 * np.linalg.norm(dense) * np.linalg.norm(vector)


def test_the_operator_takes_vectors_columns_and_transposes():
    problem = PROBLEMS[1]
    operator = hessian_operator(problem.factors, problem.target, 0.1)
    block = np.random.default_rng(0).standard_normal((problem.size, 5))
    together = operator @ block
    assert np.allclose(operator.T @ block, together, rtol=1e-13)
    assert np.allclose(operator.H @ block[:, 0], together[:, 0], rtol=1e-13)
    for k in range(5):
        assert (operator @ block[:, k]).shape == (problem.size,)
        assert np.allclose(operator @ block[:, k], together[:, k], rtol=1e-12)
        assert (operator @ block[:, k : k + 1]).shape == (problem.size, 1)


@drawn
@quick
def test_pack_and_unpack_are_inverse(problem):
    factors = problem.factors
    vector = pack(factors)
    assert vector.shape == (sum(factor.size for factor in factors),)
    assert np.array_equal(vector, np.concatenate([factor.ravel() for factor in factors]))
    back = unpack(vector, problem.widths)
    assert widths_of(back) == problem.widths
    for before, after in zip(factors, back, strict=True):
        assert np.array_equal(before, after)


def test_unpacked_factors_do_not_share_memory_with_the_vector():
    vector = np.arange(4.0)
    unpack(vector, (2, 1, 2))[0][0, 0] = 7
    assert vector[0] == 0


@problems
def test_end_to_end_is_the_plain_product_bit_for_bit(problem):
    product = problem.factors[0]
    for factor in problem.factors[1:]:
        product = factor @ product
    assert np.allclose(end_to_end(problem.factors), product, rtol=1e-15, atol=0)


def test_end_to_end_survives_huge_and_tiny_factors():
    huge, tiny = np.array([[1e200]]), np.array([[1e-250]])
    assert end_to_end([huge, huge, tiny])[0, 0] == pytest.approx(1e150, rel=1e-14)
    assert end_to_end([tiny, tiny, huge])[0, 0] == pytest.approx(1e-300, rel=1e-14)
    assert np.array_equal(end_to_end([huge, -huge]), [[-np.inf]])
    assert np.array_equal(end_to_end([np.zeros((2, 3)), huge * np.ones((1, 2))]), np.zeros((1, 3)))


def test_what_overflows_is_infinite_or_refused():
    huge = [np.array([[1e160]]), np.array([[1e160]])]
    assert loss(huge, [[1.0]]) == np.inf
    assert loss([[[1e160]], [[0.0]]], [[1.0]]) == 1.0
    for function in (gradient, hessian_operator):
        with pytest.raises(ValueError, match="factors or target are too large"):
            function(huge, [[1.0]])
    with pytest.raises(ValueError, match="factors or target are too large"):
        imbalance(huge)


@drawn
@quick
def test_imbalance_is_conserved_by_the_flow_without_decay(problem):
    """The derivative of every imbalance along the gradient vanishes when lambda is zero."""
    factors, slopes = problem.factors, gradient(problem.factors, problem.target)
    for k, (before, after) in enumerate(pairwise(factors)):
        change = after.T @ slopes[k + 1] - slopes[k] @ before.T
        scale = np.linalg.norm(after) * np.linalg.norm(slopes[k + 1])
        scale += np.linalg.norm(slopes[k]) * np.linalg.norm(before)
        assert np.linalg.norm(change) <= 1e-13 * scale
        assert np.allclose(imbalance(factors)[k], after.T @ after - before @ before.T, atol=1e-15)


def test_imbalance_decays_at_rate_four_lambda():
    """A step of size h shrinks the imbalance by 1 - 4 lambda h, up to h^2."""
    factors, target = random_factors((3, 4, 3, 2), 3), np.ones((2, 3))
    step, weight = 1e-7, 0.3
    slopes = gradient(factors, target, weight)
    moved = [w - step * g for w, g in zip(factors, slopes, strict=True)]
    for before, after in zip(imbalance(factors), imbalance(moved), strict=True):
        rate = np.sum((before - after) * before) / np.sum(before**2) / step
        assert rate == pytest.approx(4 * weight, rel=1e-4)


def test_inputs_are_left_alone():
    problem = PROBLEMS[1]
    copies = [factor.copy() for factor in problem.factors]
    gradient(problem.factors, problem.target, 0.1)
    hessian_operator(problem.factors, problem.target, 0.1) @ np.ones(problem.size)
    for before, after in zip(copies, problem.factors, strict=True):
        assert np.array_equal(before, after)


def test_a_vector_of_the_wrong_length_names_both_lengths():
    with pytest.raises(ValueError, match=r"vector must have 4 entries .* but it has 5"):
        unpack(np.ones(5), (2, 1, 2))


def test_every_public_name_is_there():
    modules = [
        importlib.import_module(f"dmfbook.numerics.{module.name}")
        for module in pkgutil.iter_modules(dmfbook.numerics.__path__)
        if module.name[0] != "_"
    ]
    names = [name for module in [*modules, dmfbook.diagnostics] for name in module.__all__]
    # No module is left out, and no name stands for two things.
    assert sorted(names) == sorted(dmfbook.__all__)
    for name in dmfbook.__all__:
        assert getattr(dmfbook, name).__doc__


def test_the_operator_keeps_its_point_and_takes_real_columns_only():
    factors, target = [np.ones((2, 2)), np.eye(2)], np.eye(2)
    operator = hessian_operator(factors, target, 0.1)
    before = operator @ np.ones(8)
    factors[0][:] = 5.0
    target[:] = 7.0
    np.testing.assert_array_equal(operator @ np.ones(8), before)
    assert (operator @ np.ones((8, 0))).shape == (8, 0)
    for vector in (np.full(8, 1j), np.ones((8, 2)) + 0j):
        with pytest.raises(TypeError, match="vector must be real"):
            operator @ vector
