"""The trace off the minimizers, at the same product: an explorable of `hessian_trace`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider, regularization_slider
from dmfbook.symbolic import depth, gain, regularization
from dmfbook.symbolic import hessian_trace as formula
from dmfbook.symbolic.hessian_spectrum import input_width, output_width

__all__ = ["stretched"]

_tau = formula.stretch
_product = sp.Symbol("product", positive=True)
_inputs, _outputs = input_width, output_width
_parameters = _inputs + _outputs + depth - 2
_penalty = 2 * regularization * _parameters
_trace = formula.stretched_data + _penalty
_flattest, _highest = sp.symbols("flattest highest", real=True)
_reach = 0.8
_dearest = 1.05 * formula.stretch_price.subs(_tau, _reach)
_along = {_tau: ex.along}

stretched = ex.Explorable(
    name="stretched",
    title="The same product, off the minimizers",
    description=r"""A minimizer whose product has rank one, with all hidden layers one wide. Its
        first factor is multiplied by $e^\tau$ and its second by $e^{-\tau}$, which leaves the
        product as it is. First, what the loss rises by, over $\tau$: it is least at the minimizer,
        $\tau = 0$, in the same way on both sides. Second, the trace of the Hessian over $\tau$, a
        valley too. Its floor is at the minimizer for one input at any depth, and for as many inputs
        as outputs at depth two; with more inputs it lies to the right.""",
    sliders=[
        ex.Slider(_tau, "stretch", r"stretch $\tau$ of the first factor", -_reach, _reach, 0.01, 0),
        ex.Slider(_inputs, "inputs", "inputs $d_0$", 1, 8, 1, 4),
        ex.Slider(_outputs, "outputs", "outputs $d_L$", 1, 8, 1, 2),
        depth_slider(3, high=6),
        ex.Slider(_product, "product", "singular value $x$ of the product", 0.3, 2, 0.01, 1),
        regularization_slider(0.01, 0.5, 0.1),
    ],
    derived={
        gain: _product ** (1 / depth),
        _flattest: formula.flattest_stretch,
        _highest: 1.1 * sp.Max(_trace.subs(_tau, _reach), _trace.subs(_tau, -_reach)),
    },
    panels=[
        ex.Panel(
            ex.Axis(r"stretch $\tau$", -_reach, _reach),
            ex.Axis("rise of the loss", 0, _dearest),
            ex.Rule(x=0, pen="grey dotted"),
            ex.Line(
                formula.stretch_price.xreplace(_along), label="rise of the loss", pen="orange 2.5"
            ),
            ex.Points(_tau, formula.stretch_price, pen="orange", size=6),
            aspect=1.3,
        ),
        ex.Panel(
            ex.Axis(r"stretch $\tau$", -_reach, _reach),
            ex.Axis("trace", 0, _highest),
            ex.Rule(x=0, pen="grey dotted", text="minimizer"),
            ex.Line(_trace.xreplace(_along), label="trace of the Hessian", pen="2.5"),
            ex.Points(
                _flattest,
                _trace.subs(_tau, _flattest),
                pen="green",
                size=6,
                label="its least value",
            ),
            ex.Handle(_tau, _trace, moves="stretch", snap=[0, _flattest]),
            aspect=1.3,
        ),
    ],
    readouts=[
        ex.Readout("trace here", _trace),
        ex.Readout("trace at the minimizer", _trace.subs(_tau, 0)),
        ex.Readout("least trace on the line", _trace.subs(_tau, _flattest)),
        ex.Readout("it is at", _flattest),
        ex.Readout("rise of the loss", formula.stretch_price),
    ],
    settings=[
        ex.Setting("flattest", "where the trace is least", stretch=formula.flattest_stretch),
        ex.Setting("one-input", "one input", inputs=1),
        ex.Setting("square-depth-two", "depth two, square", inputs=4, outputs=4, depth=2),
        ex.Setting("tall-depth-two", "depth two, more outputs", inputs=1, outputs=8, depth=2),
    ],
)
