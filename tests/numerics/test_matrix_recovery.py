import numpy as np
import pytest
from cases import PROBLEMS, collapse_value, drawn_problems, matrix_with_singular_values
from hypothesis import given, settings

from dmfbook import (
    collapse_threshold,
    factorization_cost,
    recover_matrix,
    recovery_path,
    threshold_singular_values,
)
from dmfbook.reference import grid_minimizer

DEPTHS = [2, 3, 4, 7]
every_depth = pytest.mark.parametrize("depth", DEPTHS)


def penalised(matrix, target, depth, regularization, mask=True):
    misfit = np.sum(np.where(mask, target - matrix, 0) ** 2)
    return misfit + regularization * factorization_cost(matrix, depth)


def noisy(seed, shape=(20, 16), rank=3):
    rng = np.random.default_rng(seed)
    target = rng.standard_normal((shape[0], rank)) @ rng.standard_normal((rank, shape[1]))
    return target + 0.5 * rng.standard_normal(shape), rng.random(shape) < 0.5


def half_observed(shape=(12, 10), rank=2, seed=0):
    values = tuple(np.linspace(3, 2, rank) * np.sqrt(shape[0]))
    target = matrix_with_singular_values(values, shape, seed)
    return target, np.random.default_rng(seed).random(shape) < 0.7


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_thresholding_is_the_grid_minimizer_of_every_singular_value(problem):
    found = threshold_singular_values(problem.target, problem.depth, problem.regularization)
    values = sorted(problem.singular_values, reverse=True)
    wanted = [grid_minimizer(m, problem.depth, problem.regularization, 20_001) for m in values]
    # The larger of two tied minimizers is returned, the grid may land on either.
    if problem.has_tie:
        wanted = [
            x or (grid_minimizer(m * (1 + 1e-6), problem.depth, problem.regularization, 20_001))
            for x, m in zip(wanted, values, strict=True)
        ]
    singular = np.linalg.svd(found, compute_uv=False)
    step = max(values, default=1.0) / 20_000
    # A tie reconstructed from rotated entries is decided by their rounding.
    if not problem.has_tie:
        assert np.allclose(singular[: len(values)], wanted, rtol=0, atol=2 * step)
        assert np.allclose(singular[len(values) :], 0, atol=1e-14)
    best = penalised(found, problem.target, problem.depth, problem.regularization)
    here = sum(
        (m - x) ** 2 + problem.regularization * problem.depth * x ** (2 / problem.depth)
        for m, x in zip(values, wanted, strict=True)
    )
    assert best <= here * (1 + 1e-9) + 1e-14
    assert best >= here - 10 * step * (1 + max(values, default=0.0))


@given(problem=drawn_problems(max_width=5))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_other_matrix_has_a_smaller_objective(problem):
    target, depth, weight = problem.target, problem.depth, problem.regularization
    found = threshold_singular_values(target, depth, weight)
    # Without a penalty the least is zero up to the rounding of the target.
    least = penalised(found, target, depth, weight) - 1e-28 * np.sum(target**2)
    rng = np.random.default_rng(problem.seed)
    for size in (1e-3, 1e-1, 1.0):
        other = found + size * rng.standard_normal(found.shape)
        assert penalised(other, target, depth, weight) >= least * (1 - 1e-12)
        assert penalised(size * target, target, depth, weight) >= least * (1 - 1e-12)
    assert penalised(np.zeros_like(target), target, depth, weight) >= least * (1 - 1e-12)


@every_depth
@pytest.mark.parametrize("exponent", [-420, 420])
def test_thresholding_scales(depth, exponent):
    """X(c M; c^(2-2/L) lambda) = c X(M; lambda)."""
    target = matrix_with_singular_values((3.0, 1.0, 0.4), (4, 3), 2)
    wanted = threshold_singular_values(target, depth, 0.3)
    weight = 0.3 * 2.0 ** (exponent * (2 - 2 / depth))
    found = threshold_singular_values(2.0**exponent * target, depth, weight)
    assert np.allclose(found / 2.0**exponent, wanted, rtol=0, atol=1e-11)


def test_thresholding_beyond_the_range_of_squares():
    for scale in (1e-300, 1e300):
        kept = threshold_singular_values(scale * np.eye(2), 3, 0.0)
        assert np.allclose(kept / scale, np.eye(2), rtol=1e-14, atol=0)
    assert not threshold_singular_values(1e-300 * np.eye(2), 3, 1.0).any()
    huge = threshold_singular_values(1e300 * np.eye(2), 3, 1.0)
    assert np.allclose(huge / 1e300, np.eye(2), rtol=1e-14, atol=0)


@every_depth
def test_a_complete_matrix_is_thresholded(depth):
    target = matrix_with_singular_values((3.0, 1.0, 0.1), (4, 3), 2)
    recovery = recover_matrix(target, np.ones((4, 3), dtype=bool), depth, 0.2, tolerance=1e-12)
    wanted = threshold_singular_values(target, depth, 0.2)
    assert recovery.converged
    assert np.allclose(recovery.matrix, wanted, rtol=0, atol=1e-10)
    assert recovery.rank == np.linalg.matrix_rank(wanted)


@every_depth
@pytest.mark.parametrize("step_size", [0.1, 0.49, 0.5])
def test_the_objective_never_increases_on_a_level(depth, step_size):
    target, mask = half_observed()
    recovery = recover_matrix(target, mask, depth, 0.3, step_size=step_size, max_iterations=300)
    same = np.diff(recovery.regularizations) == 0
    assert same.sum() >= 4
    assert np.all(np.diff(recovery.losses)[same] <= 1e-14 * recovery.losses[:-1][same])
    assert recovery.regularizations[-1] == 0.3


@every_depth
def test_the_history_holds_the_objective(depth):
    target, mask = half_observed()
    recovery = recover_matrix(target, mask, depth, 0.3)
    assert recovery.converged
    assert recovery.residuals[-1] <= 1e-8
    assert len(recovery.losses) == len(recovery.residuals) == recovery.iterations
    wanted = penalised(recovery.matrix, target, depth, 0.3, mask)
    assert recovery.losses[-1] == pytest.approx(wanted, rel=1e-12)
    values = np.linalg.svd(recovery.matrix, compute_uv=False)
    assert np.allclose(values, recovery.singular_values, atol=1e-12)


@every_depth
def test_the_result_is_critical(depth):
    """On the space of its rank, the objective has no slope in any direction."""
    target, mask = half_observed()
    matrix = recover_matrix(target, mask, depth, 0.3, tolerance=1e-11).matrix
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    rank = int(np.sum(values > 1e-10))
    left, values, right = left[:, :rank], values[:rank], right[:rank]
    # L sigma^(2/L) has the derivative 2 sigma^(2/L - 1).
    slope = 2 * np.where(mask, matrix - target, 0)
    slope += 0.3 * (left * (2 * values ** (2 / depth - 1))) @ right
    tangent = left @ (left.T @ slope) + (slope @ right.T) @ right
    tangent -= left @ (left.T @ slope @ right.T) @ right
    assert np.linalg.norm(tangent) <= 1e-9 * np.linalg.norm(target)


@every_depth
def test_the_residual_is_the_norm_of_the_gradient(depth):
    """Where X has full rank the objective is smooth, and its subgradient is its gradient."""
    target, mask = matrix_with_singular_values((3.0, 2.0, 1.0), (3, 4), 2), np.ones((3, 4), bool)
    mask[0, 0] = False
    recovery = recover_matrix(
        target, mask, depth, 0.01, step_size=0.3, levels=1, max_iterations=3, tolerance=1e-15
    )
    left, values, right = np.linalg.svd(recovery.matrix, full_matrices=False)
    assert recovery.rank == 3
    slope = 2 * np.where(mask, recovery.matrix - target, 0)
    slope += 0.01 * (left * (2 * values ** (2 / depth - 1))) @ right
    wanted = np.linalg.norm(slope) / np.linalg.norm(2 * np.where(mask, target, 0))
    assert recovery.residuals[-1] == pytest.approx(wanted, rel=1e-9)


def test_depth_two_finds_the_global_minimum():
    """Convex: the rest of the subgradient has spectral norm at most lambda."""
    target, mask = half_observed()
    matrix = recover_matrix(target, mask, 2, 2.0, tolerance=1e-11).matrix
    slope = np.where(mask, matrix - target, 0)
    assert np.linalg.norm(slope, 2) <= 2.0 * (1 + 1e-8)
    rng = np.random.default_rng(0)
    least = penalised(matrix, target, 2, 2.0, mask)
    for _ in range(20):
        other = matrix + 0.1 * rng.standard_normal(matrix.shape)
        assert penalised(other, target, 2, 2.0, mask) > least


@pytest.mark.parametrize("depth", [3, 4, 7])
def test_a_low_rank_matrix_is_recovered(depth):
    target, mask = half_observed((14, 12), rank=2)
    recovery = recover_matrix(target, mask, depth, 1e-3)
    assert recovery.rank == 2
    assert np.linalg.norm(recovery.matrix - target) <= 1e-2 * np.linalg.norm(target)


def test_every_start_of_the_library_is_heard():
    """What is kept is the lowest end, and none of the starts is always the lowest."""
    kept = set()
    for seed in range(6):
        target, mask = noisy(seed)
        everything = recover_matrix(target, mask, 3, 3.0)
        fewer = recover_matrix(target, mask, 3, 3.0, levels=1)
        assert everything.objective <= fewer.objective
        assert everything.all_iterations > fewer.all_iterations >= fewer.iterations
        assert everything.converged
        kept.add(everything.start)
    assert len(kept) > 1


@every_depth
def test_a_strong_penalty_gives_zero(depth):
    """The first term falls by at most 2 top s and by at most all, with s the nuclear norm of X.

    The penalty is at least lambda L s^(2/L), so that zero is the minimizer where this wins at the
    s where the two bounds meet. Below that, down to the collapse, steps from zero stay there.
    """
    target, mask = half_observed()
    seen = np.where(mask, target, 0)
    top, everything = np.linalg.norm(seen, 2), np.sum(seen**2)
    enough = everything / (depth * (everything / (2 * top)) ** (2 / depth))
    zero = np.zeros_like(target)
    for weight, start in ((enough, None), (collapse_value(depth, top), zero)):
        recovery = recover_matrix(target, mask, depth, 1.01 * weight, start=start)
        assert recovery.converged
        assert recovery.rank == 0
        assert not recovery.matrix.any()
    assert recover_matrix(target, mask, depth, 0.9 * collapse_value(depth, top)).rank > 0


@pytest.mark.parametrize("exponent", [-600, 600])
def test_the_size_of_the_target_does_not_matter(exponent):
    target, mask = half_observed()
    wanted = recover_matrix(target, mask, 4, 2.0**-5, levels=5)
    weight = 2.0 ** (-5 + exponent * 3 / 2)
    found = recover_matrix(2.0**exponent * target, mask, 4, weight, levels=5)
    assert np.array_equal(found.matrix / 2.0**exponent, wanted.matrix)
    assert np.array_equal(found.residuals, wanted.residuals)
    assert found.regularizations[-1] == weight
    losses = wanted.losses * (0.0 if exponent < 0 else np.inf)
    assert np.array_equal(found.losses, losses)


def test_a_zero_target_gives_zero():
    recovery = recover_matrix(np.zeros((2, 3)), np.ones((2, 3), dtype=bool), 3, 0.1)
    assert recovery.converged
    assert not recovery.matrix.any()


def test_what_is_not_observed_is_not_read():
    target, mask = half_observed()
    hidden = np.where(mask, target, np.nan)
    first, second = (recover_matrix(m, mask, 3, 0.3) for m in (target, hidden))
    assert np.array_equal(first.matrix, second.matrix)


def test_too_few_steps_are_told():
    target, mask = half_observed()
    recovery = recover_matrix(target, mask, 3, 0.3, max_iterations=2, levels=3)
    assert not recovery.converged
    assert recovery.iterations <= 6
    assert "above 1e-08 after max_iterations = 2" in recovery.reason
    assert repr(recovery).startswith(f"MatrixRecovery(rank {recovery.rank}, 12 x 10, ")
    assert "not converged: residual " in " ".join(repr(recovery).split())


def test_the_callback_sees_every_step():
    target, mask = half_observed()
    seen = []
    recovery = recover_matrix(
        target, mask, 3, 0.3, callback=lambda step, loss, residual: seen.append((loss, residual))
    )
    assert len(seen) == recovery.all_iterations
    kept = list(zip(recovery.losses.tolist(), recovery.residuals.tolist(), strict=True))
    count = recovery.iterations
    assert kept in [seen[i : i + count] for i in range(len(seen) - count + 1)]


def test_progress_goes_to_standard_error(capsys):
    target, mask = half_observed()
    recover_matrix(target, mask, 3, 0.3)
    quiet = capsys.readouterr()
    recover_matrix(target, mask, 3, 0.3, progress=True)
    shown = capsys.readouterr()
    assert quiet.out == quiet.err == shown.out == ""
    assert "stronger penalty, level 2/2 (regularization 3.00e-01)" in shown.err
    assert shown.err.startswith("\r")
    assert shown.err.endswith("\n")


def test_what_is_refused_is_named():
    target, mask = half_observed()
    with pytest.raises(TypeError, match="mask must be boolean"):
        recover_matrix(target, mask.astype(float), 3, 0.3)
    with pytest.raises(ValueError, match=r"mask of shape .* must be True somewhere"):
        recover_matrix(target, np.zeros_like(mask), 3, 0.3)
    with pytest.raises(ValueError, match="target and mask must have the same shape"):
        recover_matrix(target[1:], mask, 3, 0.3)
    with pytest.raises(ValueError, match=r"step_size must be at most 0\.5"):
        recover_matrix(target, mask, 3, 0.3, step_size=0.6)
    with pytest.raises(TypeError, match="callback must be callable"):
        recover_matrix(target, mask, 3, 0.3, callback=3)


def test_masked_entries_are_as_good_as_nan():
    target = np.array([[1.0, 2.0], [2.0, 4.0]])
    mask = np.array([[True, True], [True, False]])
    hidden = np.ma.masked_array(target, mask=~mask)
    plain = recover_matrix(target, mask, 3, 1e-2).matrix
    np.testing.assert_array_equal(recover_matrix(hidden, mask, 3, 1e-2).matrix, plain)
    with pytest.raises(ValueError, match="target must be finite"):
        recover_matrix(hidden, np.ones((2, 2), dtype=bool), 3, 1e-2)
    for kind in (complex, str, "m8[s]"):
        with pytest.raises((TypeError, ValueError), match="target must"):
            recover_matrix(hidden.astype(int).astype(kind), mask, 3, 1e-2)


def test_singular_values_beyond_the_floats_are_infinite():
    with np.errstate(all="raise", under="ignore"):
        found = recover_matrix(np.full((3, 3), 1.6e308), np.ones((3, 3), dtype=bool), 3, 1.0)
    assert found.singular_values[0] == np.inf
    np.testing.assert_allclose(found.matrix, 1.6e308, rtol=1e-7)


@pytest.mark.parametrize("depth", [3, 5])
def test_the_end_does_not_depend_on_the_step_size_where_everything_is_observed(depth):
    """Short steps rest where a longest step goes on."""
    rng = np.random.default_rng(3)
    target, mask = 2 * rng.standard_normal((6, 5)), np.ones((6, 5), dtype=bool)
    values = np.linalg.svd(target, compute_uv=False)
    weight = float(collapse_threshold(values[2] / 1.003, depth))
    wanted = threshold_singular_values(target, depth, weight)
    assert np.linalg.matrix_rank(wanted) == 3
    for step_size in (0.01, 0.1, 0.3, 0.49, 0.5):
        found = recover_matrix(target, mask, depth, weight, step_size=step_size, levels=1)
        assert found.converged
        assert found.rank == 3
        assert np.allclose(found.matrix, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("depth", [3, 4])
@pytest.mark.parametrize("step_size", [0.1, 0.49])
def test_a_longest_step_rests_at_the_end(depth, step_size):
    target, mask = noisy(1)
    found = recover_matrix(target, mask, depth, 2.0, step_size=step_size)
    moved = np.where(mask, target, found.matrix)
    again = threshold_singular_values(moved, depth, 2.0)
    assert found.rank > 1
    assert np.linalg.norm(again - found.matrix) <= 1e-7 * np.linalg.norm(found.matrix)


def test_weak_penalties_converge():
    target, mask = noisy(5, (16, 16))
    top = float(collapse_threshold(np.linalg.norm(np.where(mask, target, 0), 2), 3))
    for share in (1e-2, 1e-3):
        found = recover_matrix(target, mask, 3, share * top)
        assert found.converged
        assert found.all_iterations < 3000


def test_a_start_decides_which_minimizer_is_found():
    target, mask = noisy(2)
    best = recover_matrix(target, mask, 3, 3.0)
    again = recover_matrix(target, mask, 3, 3.0, start=best.matrix)
    assert again.start == "start[0]"
    assert again.iterations <= 3
    assert np.allclose(again.matrix, best.matrix, atol=1e-6)
    nothing = recover_matrix(target, mask, 3, 3.0, start=[np.zeros((20, 16)), best.matrix])
    assert nothing.objective <= best.objective * (1 + 1e-12)
    with pytest.raises(ValueError, match=r"start must be a matrix of shape \(20, 16\)"):
        recover_matrix(target, mask, 3, 3.0, start=np.zeros((16, 20)))


def test_a_path_is_as_good_as_separate_runs():
    target, mask = noisy(4)
    weights = [8.0, 1.0, 4.0, 2.0]
    path = recovery_path(target, mask, 2, weights, tolerance=1e-10)
    assert path.regularizations.tolist() == [8.0, 4.0, 2.0, 1.0]
    for weight, matrix, objective in zip(
        path.regularizations, path.matrices, path.objectives, strict=True
    ):
        alone = recover_matrix(target, mask, 2, weight, tolerance=1e-10)
        assert np.allclose(alone.matrix, matrix, atol=1e-6)
        assert alone.objective == pytest.approx(objective, rel=1e-10)
    assert path.converged.all()
    assert (np.diff(path.ranks) >= 0).all()
    deep = recovery_path(target, mask, 3, weights)
    for weight, matrix, objective in zip(
        deep.regularizations, deep.matrices, deep.objectives, strict=True
    ):
        assert penalised(matrix, target, 3, weight, mask) == pytest.approx(objective, rel=1e-10)
        cold = recover_matrix(target, mask, 3, weight, start=np.zeros((20, 16)))
        assert objective <= cold.objective * (1 + 1e-2)
    wanted = [np.sqrt(np.mean((m - target)[~mask] ** 2)) for m in deep.matrices]
    assert np.allclose(deep.errors(target, ~mask), wanted)
    assert repr(path).startswith("RecoveryPath(4 regularizations from 8 to 1, 20 x 16, ranks ")


def test_frames_and_lists_may_miss_entries():
    class Frame:
        def __array__(self, dtype=None, copy=None):
            return np.array([[1.0, 2.0], [2.0, np.nan]], dtype=dtype)

    mask = np.array([[True, True], [True, False]])
    wanted = recover_matrix(np.array([[1.0, 2.0], [2.0, 0.0]]), mask, 3, 1e-2).matrix
    for target in (Frame(), [[1, 2], [2, np.nan]], [[1, 2], [2, None]]):
        assert np.array_equal(recover_matrix(target, mask, 3, 1e-2).matrix, wanted)
        with pytest.raises((TypeError, ValueError), match="target must be"):
            recover_matrix(target, np.ones((2, 2), dtype=bool), 3, 1e-2)
