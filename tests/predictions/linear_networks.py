"""The answers to the questions of `linear_networks`, computed."""

import numpy as np


def linear_networks_where() -> str:
    """FILL: compute what happens, and return words of the choice that says so, and of no other."""
    firsts = np.geomspace(0.1, 10, 20_001)
    first = firsts[np.argmin(firsts**2 + (1.3 / firsts) ** 2)]
    return "Where both are equal" if abs(first - 1.3 / first) < 1e-2 else "where the first is one"


def linear_networks_how_much() -> float:
    """FILL: compute the number."""
    return 2 * abs(1.5)


TRUTHS = {
    "linear-networks-where": linear_networks_where,
    "linear-networks-how-much": linear_networks_how_much,
}
