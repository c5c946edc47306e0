import numpy as np
import pytest
from cases import drawn_problems, orthonormal_columns, random_factors
from hypothesis import given, settings
from hypothesis import strategies as st

from dmfbook import (
    collapse_threshold,
    data_loss,
    data_sharpness,
    end_to_end,
    equivalent_problem,
    first_direction,
    gradient,
    loss,
    minimize_penalized,
    network_minimizer,
    pack,
    sharpness,
    unpack,
    widths_of,
)
from dmfbook.reference import dense_data_hessian, dense_hessian

WIDTHS = [(2, 2, 2), (3, 4, 2), (2, 3, 2, 3), (3, 3, 3, 2), (1, 2, 2, 1), (4, 1, 3, 2), (2,) * 6]
every_width = pytest.mark.parametrize("widths", WIDTHS, ids=str)
quick = settings(max_examples=40, deadline=None, derandomize=True)


def draw_data(widths, seed=0, samples=12, white=0.0):
    """Return inputs (white of variance ``white`` where that is above zero) and outputs."""
    rng = np.random.default_rng(seed)
    size = widths[0]
    if white:
        frame = orthonormal_columns(samples, size, rng)
        inputs = np.sqrt(white * samples) * frame.T
    else:
        inputs = np.diag(np.linspace(1, 3, size)) @ rng.standard_normal((size, samples))
    return inputs, rng.standard_normal((widths[-1], samples))


def data_gradient(factors, inputs, outputs, regularization=0.0):
    """The gradient through the depth L + 1 factorization whose first factor does not move."""
    root = np.sqrt(inputs.shape[1])
    return [
        part + 2 * regularization * factor
        for part, factor in zip(
            gradient([inputs / root, *factors], outputs / root)[1:], factors, strict=True
        )
    ]


@given(problem=drawn_problems(), samples=st.integers(1, 8))
@quick
def test_the_data_loss_is_its_definition(problem, samples):
    factors = problem.factors
    inputs, outputs = draw_data(problem.widths, problem.seed, samples)
    errors = [outputs[:, k] - end_to_end(factors) @ inputs[:, k] for k in range(samples)]
    wanted = np.mean([error @ error for error in errors])
    wanted += problem.regularization * sum(np.sum(factor**2) for factor in factors)
    found = data_loss(factors, inputs, outputs, problem.regularization)
    assert found == pytest.approx(wanted, rel=1e-12)


@every_width
@pytest.mark.parametrize("white", [0.0, 1.0, 2.5])
@pytest.mark.parametrize("regularization", [0.0, 0.3])
def test_both_losses_differ_by_scale_and_constant(widths, white, regularization):
    inputs, outputs = draw_data(widths, white=white)
    white_anyway = white or widths[0] == 1
    problem = equivalent_problem(inputs, outputs, regularization)
    assert problem.is_white == bool(white_anyway)
    assert problem.is_factorization == bool(white_anyway or not regularization)
    for seed in range(5):
        factors = random_factors(widths, seed)
        moved = problem.to_factorization(factors)
        there = loss(moved, problem.target, problem.regularization)
        if not problem.is_factorization:
            there = np.sum((problem.target - end_to_end(moved) @ problem.design) ** 2)
            there += problem.regularization * sum(np.sum(factor**2) for factor in moved)
        here = data_loss(factors, inputs, outputs, regularization)
        assert here == pytest.approx(problem.scale * there + problem.constant, rel=1e-12)
        for before, back in zip(factors, problem.to_network(moved), strict=True):
            assert np.allclose(before, back, rtol=0, atol=1e-13)


@every_width
def test_white_inputs_keep_the_hessian(widths):
    inputs, outputs = draw_data(widths, white=2.5)
    problem = equivalent_problem(inputs, outputs, 0.4)
    factors = random_factors(widths, 3)
    wanted = dense_data_hessian(factors, inputs, outputs, 0.4)
    found = problem.scale * dense_hessian(factors, problem.target, problem.regularization)
    assert np.abs(found - wanted).max() <= 1e-13 * np.abs(wanted).max()


def test_other_inputs_do_not_keep_the_sharpness():
    widths = (3, 3, 2)
    inputs, outputs = draw_data(widths)
    factors = network_minimizer(inputs, outputs, widths)
    moved = equivalent_problem(inputs, outputs).to_factorization(factors)
    here, there = data_sharpness(factors, inputs, outputs), sharpness(moved)
    assert abs(here - there) > 0.05 * here


@every_width
@pytest.mark.parametrize("rng", [None, 7])
def test_the_minimizer_without_decay_is_reduced_rank_regression(widths, rng):
    inputs, outputs = draw_data(widths, seed=2)
    factors = network_minimizer(inputs, outputs, widths, rng=rng)
    assert widths_of(factors) == widths
    # Least squares, then the best approximation of its fitted values.
    fitted = np.linalg.lstsq(inputs.T, outputs.T, rcond=None)[0].T @ inputs
    values = np.linalg.svd(fitted, compute_uv=False)
    wanted = np.sum((outputs - fitted) ** 2) + np.sum(values[min(widths) :] ** 2)
    found = data_loss(factors, inputs, outputs)
    assert found == pytest.approx(wanted / inputs.shape[1], rel=1e-12)
    slope = pack(data_gradient(factors, inputs, outputs))
    assert np.linalg.norm(slope) <= 1e-12 * np.linalg.norm(outputs)


@pytest.mark.parametrize("white", [1.5, 0.0], ids=["white", "not white"])
@pytest.mark.parametrize(
    "widths", [(2, 2, 2), (3, 4, 2), (2, 3, 2, 3), (1, 2, 2, 1), (3, 1, 2), (2, 3, 1, 3)], ids=str
)
def test_the_minimizer_with_decay_beats_every_neighbor_and_start(widths, white):
    from scipy.optimize import minimize

    inputs, outputs = draw_data(widths, seed=5, white=white)
    weight = 0.02
    factors = network_minimizer(inputs, outputs, widths, weight, rng=1)
    least = data_loss(factors, inputs, outputs, weight)
    slope = pack(data_gradient(factors, inputs, outputs, weight))
    exact = white or widths[0] == 1
    assert np.linalg.norm(slope) <= (1e-12 if exact else 1e-7) * np.linalg.norm(outputs)
    reached = []
    for seed in range(8):
        run = minimize(
            lambda v: data_loss(unpack(v, widths), inputs, outputs, weight),
            pack(random_factors(widths, seed)),
            jac=lambda v: pack(data_gradient(unpack(v, widths), inputs, outputs, weight)),
            method="L-BFGS-B",
        )
        reached.append(run.fun)
    assert min(reached) >= least * (1 - 1e-12)
    assert min(reached) == pytest.approx(least, rel=1e-6)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_decay_needs_no_invertible_covariance(depth):
    """Fewer samples than inputs, and a hidden layer too narrow for all that they ask for."""
    widths = (6, *(2,) * (depth - 1), 3)
    inputs, outputs = draw_data(widths, seed=3, samples=4)
    factors = network_minimizer(inputs, outputs, widths, 0.05)
    assert widths_of(factors) == widths
    slope = pack(data_gradient(factors, inputs, outputs, 0.05))
    assert np.linalg.norm(slope) <= 1e-7 * np.linalg.norm(outputs)
    least = data_loss(factors, inputs, outputs, 0.05)
    assert least < data_loss([0 * factor for factor in factors], inputs, outputs, 0.05)
    # What the inputs do not reach costs only decay.
    outside = np.eye(6) - inputs @ np.linalg.pinv(inputs)
    assert np.linalg.norm(factors[0] @ outside) <= 1e-7 * np.linalg.norm(factors[0])


def test_the_problem_of_inputs_that_are_not_white_is_that_of_minimize_penalized():
    inputs, outputs = draw_data((3, 4, 2))
    problem = equivalent_problem(inputs, outputs, 0.3)
    design = problem.design
    found = minimize_penalized(
        (lambda x: x @ design, lambda e: e @ design.T), problem.target, (2, 3), 2, 0.3
    )
    factors = network_minimizer(inputs, outputs, (3, 4, 2), 0.3)
    assert np.allclose(end_to_end(factors), found.matrix, atol=1e-7)
    least = data_loss(factors, inputs, outputs, 0.3)
    assert least == pytest.approx(found.objective + problem.constant, rel=1e-10)
    assert repr(problem) == (
        "FactorizationProblem(2 x 3, regularization 0.3, inputs not white, no factorization)"
    )


@every_width
@pytest.mark.parametrize("seed", [0, 1])
def test_the_sharpness_is_that_of_the_dense_hessian(widths, seed):
    inputs, _ = draw_data(widths, seed=seed)
    factors = random_factors(widths, seed + 10)
    # Outputs whose residual is large, but orthogonal to the rows of the inputs.
    noise = np.random.default_rng(seed).standard_normal((widths[-1], inputs.shape[1]))
    noise -= noise @ np.linalg.pinv(inputs) @ inputs
    outputs = end_to_end(factors) @ inputs + 3 * noise
    wanted = np.linalg.eigvalsh(dense_data_hessian(factors, inputs, outputs))[-1]
    assert data_sharpness(factors, inputs, outputs) == pytest.approx(wanted, rel=1e-12)


def test_the_sharpness_allows_a_singular_covariance():
    inputs = np.array([[1.0, 2.0], [2.0, 4.0], [0.0, 1.0]])
    factors = random_factors((3, 2, 2), 1)
    outputs = end_to_end(factors) @ inputs
    wanted = np.linalg.eigvalsh(dense_data_hessian(factors, inputs, outputs))[-1]
    assert data_sharpness(factors, inputs, outputs) == pytest.approx(wanted, rel=1e-12)


def test_a_residual_that_reaches_the_hessian_is_refused():
    inputs, outputs = draw_data((2, 2, 2))
    with pytest.raises(ValueError, match="factors must fit the data by least squares"):
        data_sharpness(random_factors((2, 2, 2), 0), inputs, outputs)


@pytest.mark.parametrize(
    "inputs",
    [np.ones((2, 3)), np.zeros((2, 3)), np.ones((2, 1)), np.diag([1.0, 1e-7])],
    ids=["dependent", "zero", "too few samples", "ill-conditioned"],
)
def test_a_singular_covariance_is_refused(inputs):
    outputs = np.ones((1, inputs.shape[1]))
    with pytest.raises(ValueError, match=r"inputs of shape .* must have an invertible covariance"):
        equivalent_problem(inputs, outputs)


def test_data_that_do_not_fit_are_named():
    factors = random_factors((2, 2, 2), 0)
    with pytest.raises(ValueError, match="inputs and outputs must have one column"):
        data_loss(factors, np.ones((2, 3)), np.ones((2, 4)))
    with pytest.raises(ValueError, match="inputs and outputs must have d_0 = 2 and d_L = 2 rows"):
        data_loss(factors, np.ones((3, 4)), np.ones((2, 4)))
    with pytest.raises(ValueError, match="widths must start with d_0 = 2"):
        network_minimizer(np.eye(2), np.eye(2), (3, 2, 2))
    with pytest.raises(ValueError, match="inputs or outputs are too large or too small"):
        equivalent_problem(1e200 * np.eye(2), np.eye(2))
    with pytest.raises(ValueError, match="factors must have an end-to-end matrix of shape"):
        equivalent_problem(np.eye(2), np.eye(2)).to_network(random_factors((2, 2, 3), 0))
    assert data_loss([[[1e200]], [[1.0]]], [[1.0]], [[1.0]]) == np.inf


@pytest.mark.parametrize("c", [1e-200, 1e-100, 1e100, 1e200])
def test_the_fit_is_judged_at_every_scale(c):
    inputs = np.array([[1.0, 0.0, 1.0], [0.0, 2.0, 1.0]])
    fitting = [np.eye(2), np.array([[1.0, 2.0], [3.0, 4.0]])]
    outputs = fitting[1] @ inputs
    with np.errstate(all="raise", under="ignore"):
        plain = data_sharpness(fitting, inputs, outputs)
        assert data_sharpness(fitting, inputs * 1e100, outputs * 1e100) == pytest.approx(
            plain * 1e200, rel=1e-12
        )
        assert data_sharpness(fitting, inputs * 1e-100, outputs * 1e-100) == pytest.approx(
            plain * 1e-200, rel=1e-12
        )
        for factors in ([c * np.eye(2), fitting[1]], [np.zeros((2, 2)), c * fitting[1]]):
            with pytest.raises(ValueError, match="factors must fit the data by least squares"):
                data_sharpness(factors, inputs, outputs)
        with pytest.raises(ValueError, match="factors must fit the data by least squares"):
            data_sharpness(fitting, inputs, c * outputs)
        with pytest.raises(ValueError, match="inputs are too large"):
            data_sharpness(fitting, inputs * 1e200, outputs * 1e200)


def test_the_sharpness_is_refused_only_where_it_is_too_large_itself():
    # 2 (1/n) ||x||^2 (w_1^2 + w_2^2), whose second factor alone exceeds the largest float.
    inputs = np.array([[1e-150, 2e-150]])
    value = data_sharpness([[[1e160]], [[1.0]]], inputs, 1e160 * inputs)
    assert value == pytest.approx(5e20, rel=1e-12)


def test_data_beyond_the_floats_are_refused_by_name():
    for inputs in (1e307 * np.eye(2), 1e-160 * np.eye(2)):
        with pytest.raises(ValueError, match="inputs"), np.errstate(all="raise", under="ignore"):
            network_minimizer(inputs, np.eye(2), (2, 2, 2), 0.1)
    with pytest.raises(ValueError, match="outputs"), np.errstate(all="raise", under="ignore"):
        equivalent_problem(1e-5 * np.eye(2), np.full((2, 2), 1.7e308))


def test_moved_factors_share_no_memory_with_the_given_ones():
    problem = equivalent_problem(np.diag([1.0, 2.0]), np.eye(2))
    factors = [np.eye(2), np.eye(2)]
    for moved in (problem.to_network(factors), problem.to_factorization(factors)):
        assert not any(np.shares_memory(a, b) for a in moved for b in factors)


@pytest.mark.parametrize("depth", [2, 3, 6])
@pytest.mark.parametrize("singular", [False, True])
def test_the_first_direction_is_the_best_of_the_sphere(depth, singular):
    rng = np.random.default_rng(depth)
    inputs, outputs = rng.standard_normal((3, 8)), rng.standard_normal((2, 8))
    inputs[1] *= 3
    if singular:
        inputs[2] = inputs[0] - inputs[1]
    found = first_direction(inputs, outputs, depth)
    tried = rng.standard_normal((3, 40_000))
    tried = np.column_stack([tried / np.linalg.norm(tried, axis=0), found.input_direction])
    replies = np.linalg.norm(outputs @ inputs.T @ tried, axis=0) / 8
    variances = np.mean((inputs.T @ tried) ** 2, axis=0)
    worth = collapse_threshold(1.0, depth) * replies ** (2 - 2 / depth)
    worth *= variances ** (2 / depth - 1)
    assert worth[-1] == pytest.approx(found.regularization, rel=1e-9)
    assert worth[:-1].max() <= worth[-1] * (1 + 1e-9)
    assert worth[:-1].max() > 0.99 * worth[-1]
    reply = outputs @ inputs.T @ found.input_direction
    assert found.output_direction == pytest.approx(reply / np.linalg.norm(reply))


@pytest.mark.parametrize("depth", [2, 3])
def test_a_network_wakes_up_where_it_should(depth):
    inputs, outputs = draw_data((3, 2), seed=4)
    found = first_direction(inputs, outputs, depth)
    for share, rank in ((1.001, 0), (0.98, 1)):
        widths = (3, *[2] * depth)
        factors = network_minimizer(inputs, outputs, widths, share * found.regularization)
        left, values, right = np.linalg.svd(end_to_end(factors))
        assert np.sum(values > 1e-6) == rank
    assert abs(right[0] @ found.input_direction) > 0.99
    assert abs(left[:, 0] @ found.output_direction) > 0.99


def test_the_first_direction_at_any_scale():
    inputs, outputs = draw_data((3, 2), seed=5)
    plain = first_direction(inputs, outputs, 3)
    far = first_direction(1e80 * inputs, 1e-60 * outputs, 3)
    # c grows like 1e20 and s like 1e160.
    wanted = plain.regularization * 1e20 ** (4 / 3) * 1e160 ** (-1 / 3)
    assert far.regularization == pytest.approx(wanted, rel=1e-9)
    assert far.input_direction == pytest.approx(plain.input_direction, abs=1e-6)


def test_no_first_direction_is_said_so():
    with pytest.raises(ValueError, match="inputs and outputs are uncorrelated"):
        first_direction([[1.0, -1.0]], [[1.0, 1.0]], 2)
    with pytest.raises(ValueError, match="inputs or outputs are too large or too small"):
        first_direction([[1e200]], [[1.0]], 3)
    with pytest.raises(ValueError, match="depth"):
        first_direction([[1.0]], [[1.0]], 1)
