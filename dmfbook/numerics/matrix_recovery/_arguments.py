"""Checks of the arguments that the functions of matrix recovery share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import (
    Array,
    check_array,
    check_count,
    check_matrix,
    check_positive,
    is_masked,
    shown,
)
from dmfbook.numerics.matrix_recovery._search import Settings


def checked_mask(mask: Any) -> NDArray[np.bool_]:
    """Return a boolean matrix that is True somewhere."""
    observed = np.asarray(mask)
    if observed.dtype != np.bool_:
        raise TypeError(
            f"mask must be boolean, True where an entry is observed, but its type is "
            f"{observed.dtype}; convert it with mask.astype(bool)"
        )
    if not observed.any():
        raise ValueError(
            f"mask of shape {observed.shape} must be True somewhere: with no entry observed there "
            "is nothing to recover from"
        )
    return observed


def checked_target(target: Any, observed: NDArray[np.bool_]) -> Array:
    """Return the target with zeros where it is not observed, whatever stands there."""
    if is_masked(target) and np.ma.asarray(target).dtype.kind in "biuf":
        target = np.ma.filled(np.ma.asarray(target, dtype=np.float64), np.nan)
    entries = _entries(target)
    if entries is None:
        entries = check_matrix(target, "target")
    if entries.shape != observed.shape:
        raise ValueError(
            f"target and mask must have the same shape, but they have {entries.shape} and "
            f"{observed.shape}"
        )
    return check_matrix(np.where(observed, entries, 0.0), "target")


def checked_starts(start: Any, shape: tuple[int, int]) -> list[tuple[str, Array]] | None:
    """Return named starts from one matrix or several, or none."""
    if start is None:
        return None
    starts = check_array(start, "start")
    if starts.ndim == 2:
        starts = starts[np.newaxis]
    if starts.ndim != 3 or starts.shape[1:] != shape:
        raise ValueError(
            f"start must be a matrix of shape {shape} or several of them, "
            f"but it has shape {np.shape(start)}"
        )
    return [(f"start[{i}]", matrix) for i, matrix in enumerate(starts)]


def checked_settings(
    step_size: Any,
    levels: Any,
    max_iterations: Any,
    tolerance: Any,
    progress: Any,
    callback: Callable[[int, float, float], object] | None,
) -> Settings:
    """Return how the descents are to go."""
    step = check_positive(step_size, "step_size")
    if step > 0.5:
        raise ValueError(
            f"step_size must be at most 0.5, the inverse Lipschitz constant, but it is {step}"
        )
    if callback is not None and not callable(callback):
        raise TypeError(f"callback must be callable or None, but it is {shown(callback)}")
    return Settings(
        share=step,
        levels=check_count(levels, "levels"),
        most_steps=check_count(max_iterations, "max_iterations"),
        tolerance=check_positive(tolerance, "tolerance"),
        progress=bool(progress),
        callback=callback,
    )


def _entries(target: Any) -> Array | None:
    """Return the floats of an array, a frame or nested lists, NaN among them, or none."""
    try:
        array = np.asarray(target)
    except ValueError:
        return None
    if array.dtype == object and array.ndim == 2:
        array = np.array([[_entry(value) for value in row] for row in array], dtype=object)
        if all(isinstance(value, float) for value in array.flat):
            array = array.astype(np.float64)
    return array.astype(np.float64, copy=False) if array.dtype.kind == "f" else None


def _entry(value: Any) -> Any:
    """Return missing values and numbers as floats, anything else as it is."""
    if value is None or type(value).__name__ == "NAType":
        return np.nan
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, complex)
    try:
        return float(value) if is_number and not np.iscomplexobj(value) else value
    except OverflowError:
        return value


def checked_shape(shape: Any) -> tuple[int, int]:
    """Return the shape of X as two positive integers."""
    if not isinstance(shape, Sequence) or isinstance(shape, (str, bytes)) or len(shape) != 2:
        raise TypeError(f"shape must be a pair (d_L, d_0), but it is {shown(shape)}")
    return check_count(shape[0], "shape[0]"), check_count(shape[1], "shape[1]")
