"""P1, Figure 5: a 25 x 30 matrix times a 30 x 20 one."""

import dmfbook.explorables as ex
from dmfbook.demos.escape._figures import escape_figure

__all__ = ["figure_five"]

figure_five = escape_figure(
    "figure-five",
    "Two factors of 1,350 entries",
    1.2,
    lowest=0.5,
    words=r"""$M = W_2 W_1$ with factors of $25 \times 30$ and $30 \times 20$ random entries.
        Gradient descent starts $10^{-15}$ from them, in the sharpest direction.""",
    settings=[
        ex.Setting("just-above", "just above", ratio=1.1),
        ex.Setting("far-above", "far above", ratio=1.5),
        ex.Setting("gone", "gone for good", ratio=1.6),
    ],
)
