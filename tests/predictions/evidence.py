"""The answers to the questions of `evidence`, computed."""

import math

import numpy as np
from questions import readout

from dmfbook import integrated_log_evidence, log_evidence, uniqueness_threshold
from dmfbook.demos import evidence as demos
from dmfbook.demos.evidence._shares import share


def double_beta() -> float:
    """Compare two exact integrals."""
    at = {}
    for beta in (20.0, 40.0):
        height = log_evidence([[3.0]], (1, 2, 1), 1.0, beta).log_height
        at[beta] = integrated_log_evidence([[3.0]], (1, 2, 1), 1.0, beta) - height
    found = math.exp(at[40.0] - at[20.0])
    shown = readout(demos.ring, 0, beta=40.0) / readout(demos.ring, 0, beta=20.0)
    assert abs(found - shown) < 1e-5
    return found


def second_unit() -> str:
    """Integrate exactly, with one and with two hidden units, at two large precisions."""
    gains = []
    for beta in (30.0, 300.0):
        logs = [
            integrated_log_evidence([[6.0]], (1, d, 1), 0.2, beta)
            + d * math.log(beta * 0.2 / math.pi)
            for d in (1, 2)
        ]
        gains.append(logs[1] - logs[0])
    assert abs(math.exp(gains[0]) / readout(demos.choice, 2) - 1) < 0.02
    if min(gains) > 1 and gains[1] > gains[0]:
        return "It raises it"
    return "It lowers it" if max(gains) < -1 else "Nothing"


def which_room() -> str:
    """Add up the exact density beyond the barrier, at the tie, for growing precisions."""
    assert uniqueness_threshold(3, 1.0) == 2.0
    shares = np.array([share(1, 0.0, beta) for beta in (100.0, 300.0, 1000.0)])
    assert abs(shares[-1] - readout(demos.two_rooms, 0, "tie", beta=1000.0)) < 2e-3
    if (shares > 0.55).all():
        return "Around the minimizers other than zero"
    return "Near zero" if (shares < 0.45).all() else "Half here"


TRUTHS = {
    "double-beta": double_beta,
    "second-unit": second_unit,
    "which-room": which_room,
}
