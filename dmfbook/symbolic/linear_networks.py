"""The formulas of the chapter: FILL: what they are about.

FILL: the example below is two numbers with a given product; put the chapter's formulas in its
place. The chapter proves them, the explorable draws them, the tests compare the numerics with them.
"""

from __future__ import annotations

import sympy as sp

# Two numbers with the product x: the first one is w, and the other x / w.
first = sp.Symbol("w", positive=True)
product = sp.Symbol("x", positive=True)
cost = first**2 + (product / first) ** 2
least_cost = 2 * product
