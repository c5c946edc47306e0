"""P1, Figure 4: a 10 x 30 matrix times a 30 x 20 one."""

import dmfbook.explorables as ex
from dmfbook.demos.escape._figures import escape_figure

__all__ = ["figure_four"]

figure_four = escape_figure(
    "figure-four",
    "Two factors of 900 entries",
    1.4,
    lowest=0.5,
    words=r"""$M = W_2 W_1$ with factors of $10 \times 30$ and $30 \times 20$ random entries.
        Gradient descent starts $10^{-15}$ from them, in the sharpest direction.""",
    settings=[
        ex.Setting("just-above", "just above", ratio=1.1),
        ex.Setting("swinging", "no stable minimum", ratio=1.7),
        ex.Setting("gone", "gone for good", ratio=1.8),
    ],
)
