"""The answers to the questions of `trace_inequality`, computed."""

import itertools

import numpy as np
from questions import readout

from dmfbook.demos import trace_inequality as demos


def output_turn() -> str:
    """Turn the output all the way around."""
    demo = demos.alignment
    traces = [readout(demo, 0, input=20, output=angle) for angle in range(-180, 181, 5)]
    bound = readout(demo, 1, input=20)
    if max(traces) < 0.99 * bound:
        return "below the bound"
    return "when the ellipses" if np.argmax(traces) == 36 else "at another"


def inversions_of_a_swap() -> str:
    """Sort all orders of four heights, and count inversions before and after each exchange."""
    count = lambda b: sum(x < y for x, y in itertools.combinations(b, 2))  # noqa: E731
    drops = set()
    for order in itertools.permutations(range(4)):
        b = list(order)
        for i in range(3):
            j, before = max(range(i, 4), key=lambda k: b[k]), count(b)
            b[i], b[j] = b[j], b[i]
            drops |= {before - count(b)} if i != j else set()
    words = {(1,): "one pair", (1, 2, 3): "one, two or three", (1, 3, 5): "one, three or five"}
    return words.get(tuple(sorted(drops)), "any number")


TRUTHS = {
    "output-turn": output_turn,
    "inversions-of-a-swap": inversions_of_a_swap,
}
