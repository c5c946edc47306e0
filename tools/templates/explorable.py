"""FILL: what this picture lets one see, in one line."""

from __future__ import annotations

from dmfbook.explorables import Axis, Explorable, Line, Panel, Readout, Slider
from dmfbook.symbolic import chapter_name as formula

shares = Explorable(
    name="shares",
    title="Two numbers share a product",
    description="The cost over the first number is a valley; its floor is twice the product.",
    sliders=[Slider(formula.product, "product", "product $x$", 0.5, 2, 0.1, 1)],
    panels=[
        Panel(
            Axis("first number $w$", 0.5, 2.5),
            Axis("cost", 0, 10),
            [Line(parameter=formula.first, y=formula.cost, span=(0.5, 2.5))],
        )
    ],
    readouts=[Readout("least cost", formula.least_cost)],
)
