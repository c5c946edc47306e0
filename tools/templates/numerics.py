"""FILL: what this module computes, in one line.

FILL: the example below is the least cost of two numbers with a given product; put the chapter's
functions in its place, and list them in ``__all__``, which makes them public. numpy and scipy only.
"""

from __future__ import annotations

from dmfbook.numerics._checks import check_number

__all__ = ["chapter_name_cost"]


def chapter_name_cost(product: float) -> float:
    """Return the least sum of the squares of two numbers with a given product.

    It is 2 |x|, attained by numbers of equal size.

    Parameters
    ----------
    product : float
        x, any finite number.

    Returns
    -------
    float
        The least cost.

    Raises
    ------
    TypeError, ValueError
        If ``product`` is not one finite real number.

    Notes
    -----
    FILL: units and normalization, and the accuracy that the tests hold. The example is exact.

    References
    ----------
    FILL: the paper and its item, or "this book".

    Examples
    --------
    >>> from dmfbook import chapter_name_cost
    >>> chapter_name_cost(-1.5)
    3.0
    """
    return 2 * abs(check_number(product, "product"))
