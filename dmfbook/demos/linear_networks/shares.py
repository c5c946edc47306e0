"""FILL: what this picture lets one see, in one line."""

import dmfbook.explorables as ex
from dmfbook.symbolic import linear_networks as formula

shares = ex.Explorable(
    name="shares",
    title="Two numbers share a product",
    description="The cost over the first number is a valley; its floor is twice the product.",
    sliders=[ex.Slider(formula.product, "product", "product $x$", 0.5, 2, 0.1, 1)],
    panels=[
        ex.Panel(
            ex.Axis("first number $w$", 0.5, 2.5),
            ex.Axis("cost", 0, 10),
            ex.Line(formula.cost, parameter=formula.first, span=(0.5, 2.5)),
            ex.Handle(formula.product**0.5, formula.least_cost, moves="product"),
        )
    ],
    readouts=[ex.Readout("least cost", formula.least_cost)],
)
