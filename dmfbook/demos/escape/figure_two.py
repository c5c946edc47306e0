"""P1, Figure 2: a number as a product of fifteen layers, left from a distance of 1e-12."""

import dmfbook.explorables as ex
from dmfbook.demos.escape._figures import escape_figure

__all__ = ["figure_two"]

figure_two = escape_figure(
    "figure-two",
    "Fifteen layers with one number at the end",
    1.2,
    lowest=0.0,
    words=r"""A number $m = W_{15} \cdots W_1$, with hidden layers of width ten and random entries.
        Gradient descent starts $10^{-12}$ from them, in the sharpest direction.""",
    settings=[
        ex.Setting("below", "below the edge", ratio=0.9),
        ex.Setting("above", "above", ratio=1.1),
        ex.Setting("twice", "twice the edge", ratio=2),
    ],
)
