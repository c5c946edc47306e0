"""The answers to the questions of `evidence`, computed."""

import numpy as np

from dmfbook import evidence_cost


def evidence_where() -> str:
    """FILL: compute what happens, and return words of the choice that says so, and of no other."""
    firsts = np.geomspace(0.1, 10, 20_001)
    first = firsts[np.argmin(firsts**2 + (1.3 / firsts) ** 2)]
    return "Where both are equal" if abs(first - 1.3 / first) < 1e-2 else "where the first is one"


def evidence_how_much() -> float:
    """FILL: compute the number."""
    return evidence_cost(1.5)


TRUTHS = {
    "evidence-where": evidence_where,
    "evidence-how-much": evidence_how_much,
}
