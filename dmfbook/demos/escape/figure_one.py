"""P1, Figure 1: a 10 x 20 matrix times a 20 x 20 one, left from a distance of 1e-15."""

import dmfbook.explorables as ex
from dmfbook.demos.escape._figures import escape_figure

__all__ = ["figure_one"]

figure_one = escape_figure(
    "figure-one",
    "Two factors of 600 entries",
    1.1,
    lowest=0.5,
    words=r"""$M = W_2 W_1$ with factors of $10 \times 20$ and $20 \times 20$ random entries.
        Gradient descent starts $10^{-15}$ from them, in the sharpest direction.""",
    settings=[
        ex.Setting("below", "just below the edge", ratio=0.95),
        ex.Setting("on", "on the edge", ratio=1),
        ex.Setting("above", "just above", ratio=1.05),
        ex.Setting("far", "far above", ratio=1.3),
        ex.Setting("nowhere", "no stable minimum", ratio=1.6),
    ],
)
