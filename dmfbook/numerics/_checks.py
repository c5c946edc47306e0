"""Checks of arguments, shared by the numerical modules.

Each check returns its argument in the form the numerics use (float arrays, plain ints and floats)
or raises an error that names the argument, shows the value and says what to do.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def shown(value: object) -> str:
    """Show a value on one line, shortened, for an error message."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python shows no integer of more than 4300 digits.
        return f"a {type(value).__name__} too long to show"
    return text if len(text) <= 80 else text[:77] + "..."


def is_masked(value: object) -> bool:
    """Tell whether some entry is masked, without loading masked arrays where there are none."""
    masked_arrays = sys.modules.get("numpy.ma")
    return masked_arrays is not None and bool(masked_arrays.is_masked(value))


def check_array(value: Any, name: str, ndim: int | None = None) -> Array:
    """Return a finite, non-empty float array of the wanted number of dimensions."""
    try:
        given = np.asarray(value)
        with np.errstate(over="ignore"):
            array = np.asarray(given.real, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        if "inhomogeneous" in str(error):
            raise ValueError(
                f"{name} must not be ragged, but its rows differ in length: {shown(value)}"
            ) from error
        raise _not_numbers(name, value) from error
    # numpy would read numbers out of text and dates, and NaN out of None.
    if given.dtype.kind in "SUMm" or (given.dtype == object and _holds_no_numbers(given)):
        raise _not_numbers(name, value)
    if is_masked(value):
        raise ValueError(
            f"{name} must have no masked entries, but it is {shown(value)}; fill or drop them"
        )
    if given.dtype.kind == "c":
        raise TypeError(f"{name} must be real, but it is complex: {shown(value)}")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(
            f"{name} must have {ndim} dimension{'s' * (ndim != 1)}, "
            f"but it has shape {array.shape}: {shown(value)}"
        )
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, but it has shape {array.shape}")
    if not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        found = f"entry {where}" if where else "it"
        raise ValueError(
            f"{name} must be finite, but {found} is {array[where]}; "
            "remove or replace NaN and infinity first"
        )
    return array


def check_matrix(value: Any, name: str) -> Array:
    """Return a finite, non-empty real matrix."""
    return check_array(value, name, ndim=2)


def check_number(value: Any, name: str) -> float:
    """Return one finite real number as a float."""
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    return float(check_array(value, name, ndim=0))


def check_nonnegative(value: Any, name: str) -> float:
    """Return one finite number that is at least zero."""
    number = check_number(value, name)
    if number < 0:
        raise ValueError(f"{name} must be at least 0, but it is {number}")
    return number


def check_positive(value: Any, name: str) -> float:
    """Return one finite number above zero."""
    number = check_number(value, name)
    if number <= 0:
        raise ValueError(f"{name} must be above 0, but it is {number}")
    return number


def check_count(value: Any, name: str, at_least: int = 1) -> int:
    """Return an integer that is at least the given one; floats and booleans are refused."""
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be an integer, but it is the boolean {value}")
    try:
        count = operator.index(value)
    except TypeError as error:
        raise TypeError(f"{name} must be an integer, but it is {shown(value)}") from error
    if count < at_least:
        raise ValueError(f"{name} must be at least {at_least}, but it is {count}")
    return count


def check_depth(value: Any, name: str = "depth") -> int:
    """Return a depth: an integer that is at least 2."""
    return check_count(value, name, at_least=2)


def check_regularization(value: Any, name: str = "regularization") -> float:
    """Return a regularization: one finite number that is at least zero."""
    return check_nonnegative(value, name)


def check_widths(widths: Any, name: str = "widths") -> tuple[int, ...]:
    """Return widths (d_0, ..., d_L): at least three positive integers, that is depth at least 2."""
    if isinstance(widths, (str, bytes)) or not isinstance(widths, Iterable):
        raise TypeError(f"{name} must be a sequence (d_0, ..., d_L), but it is {shown(widths)}")
    checked = tuple(check_count(width, f"{name}[{i}]") for i, width in enumerate(widths))
    if len(checked) < 3:
        raise ValueError(
            f"{name} must be (d_0, ..., d_L) with depth L at least 2, "
            f"but {checked} has {len(checked)} entries"
        )
    return checked


def check_factors(factors: Any, name: str = "factors") -> list[Array]:
    """Return [W_1, ..., W_L]: at least two finite matrices whose product W_L ... W_1 exists."""
    if isinstance(factors, np.ndarray) or not isinstance(factors, Sequence):
        raise TypeError(
            f"{name} must be a list [W_1, ..., W_L] of matrices, but it is {shown(factors)}"
        )
    if len(factors) < 2:
        raise ValueError(
            f"{name} must hold at least two matrices (depth at least 2), "
            f"but it holds {len(factors)}"
        )
    checked = [check_matrix(factor, f"{name}[{i}]") for i, factor in enumerate(factors)]
    for i, (first, second) in enumerate(pairwise(checked)):
        if second.shape[1] != first.shape[0]:
            raise ValueError(
                f"{name}[{i + 1}] of shape {second.shape} cannot follow {name}[{i}] of shape "
                f"{first.shape}: W_l must have shape (d_l, d_(l-1)), and W_1 comes first"
            )
    return checked


def check_target(target: Any, widths: tuple[int, ...], name: str = "target") -> Array:
    """Return a target of shape (d_L, d_0)."""
    matrix = check_matrix(target, name)
    wanted = (widths[-1], widths[0])
    if matrix.shape != wanted:
        raise ValueError(
            f"{name} must have shape (d_L, d_0) = {wanted} to fit widths {widths}, "
            f"but it has shape {matrix.shape}"
        )
    return matrix


def check_samples(inputs: Any, outputs: Any) -> tuple[Array, Array]:
    """Return X and Y, with one column for each sample."""
    samples, answers = check_matrix(inputs, "inputs"), check_matrix(outputs, "outputs")
    if samples.shape[1] != answers.shape[1]:
        raise ValueError(
            "inputs and outputs must have one column for each sample, "
            f"but they have {samples.shape[1]} and {answers.shape[1]} columns"
        )
    return samples, answers


def check_computed(singular_values: Array, name: str = "target") -> None:
    """Refuse a matrix whose computed singular values exceed the floats."""
    if not np.isfinite(singular_values).all():
        raise ValueError(
            f"{name} is too large: its singular values exceed the largest float; scale it by "
            "c < 1, and the regularization by c^(2-2/L)"
        )


def check_hidden_widths(widths: tuple[int, ...], rank: int, purpose: str) -> None:
    """Refuse hidden widths that cannot carry an end-to-end matrix of the given rank."""
    if min(widths[1:-1]) < rank:
        raise ValueError(
            f"widths {widths} are too small to {purpose}: every hidden width must be at least "
            f"{rank}, but the smallest is {min(widths[1:-1])}"
        )


def check_callable(value: Any, name: str) -> None:
    """Refuse what cannot be called."""
    if not callable(value):
        raise TypeError(f"{name} must be callable, but it is {shown(value)}")


def check_rng(rng: Any, name: str = "rng") -> np.random.Generator:
    """Return a random generator from a generator or a seed (an integer that is at least zero)."""
    if isinstance(rng, np.random.Generator):
        return rng
    try:
        return np.random.default_rng(check_count(rng, name, at_least=0))
    except TypeError as error:
        raise TypeError(
            f"{name} must be a numpy random Generator or an integer seed, but it is {shown(rng)}"
        ) from error


def _not_numbers(name: str, value: object) -> TypeError:
    return TypeError(
        f"{name} must be an array of real numbers that floats can hold, but it is {shown(value)}"
    )


def _holds_no_numbers(array: NDArray[Any]) -> bool:
    return any(
        entry is None or isinstance(entry, (str, bytes, np.datetime64, np.timedelta64))
        for entry in array.flat
    )
