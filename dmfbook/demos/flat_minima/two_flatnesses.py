"""Least trace and least top eigenvalue on one dial: an explorable of `flat_minima`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import flat_minima as formula

_dial, _inputs, _outputs = formula.dial, formula.inputs, formula.outputs
_best, _sharp, _trace = sp.symbols("best sharp trace", real=True)


def _sharpness(dial: sp.Expr) -> sp.Expr:
    return formula.sharpness_share.subs(_dial, dial)


def _sum(dial: sp.Expr) -> sp.Expr:
    return sp.cosh(2 * (dial - _best))


_end, _roof = 0.7, 2.2

two_flatnesses = ex.Explorable(
    name="two-flatnesses",
    title="Two flatnesses on one dial",
    description=r"""Minima of depth two for a target of $d_0$ columns and $d_2$ rows. From the
        balanced one the dial $\tau$ multiplies the last layer by $e^\tau$ and divides the first by
        it. First: the sharpness (blue) and the trace of the Hessian (orange), each in units of its
        least value over all minima of loss zero, over the dial. They are the same curve, and its
        lowest point has moved by a quarter of $\log(d_2/d_0)$. Second: one against the other as the
        dial turns. The corner with a cross would be flat in both ways; the curve reaches it only
        for $d_0 = d_2$.""",
    sliders=[
        ex.Slider(_dial, "dial", r"dial $\tau$", -0.6, 0.6, 0.01, 0.15),
        ex.Slider(_inputs, "inputs", "inputs $d_0$", 2, 12, 1, 6),
        ex.Slider(_outputs, "outputs", "outputs $d_2$", 2, 12, 1, 2),
    ],
    derived={
        _best: formula.least_trace_dial,
        _sharp: formula.sharpness_share,
        _trace: _sum(_dial),
    },
    panels=[
        ex.Panel(
            ex.Axis(r"dial $\tau$", -_end, _end),
            ex.Axis("times the least", 0.9, _roof),
            ex.Rule(y=1, pen="ink dotted 1.5"),
            ex.Line(_sharpness(ex.along), label="sharpness", samples=121, pen="blue 3"),
            ex.Line(_sum(ex.along), label="trace", samples=121, pen="orange 3"),
            ex.Points(0, 1, pen="blue", size=6, hollow=True),
            ex.Points(_best, 1, pen="orange", size=6, hollow=True),
            ex.Points(_dial, _trace, pen="orange", size=6),
            ex.Handle(_dial, _sharp, pen="blue", moves="dial", snap=[0, _best]),
            title="both over the dial",
            aspect=1.1,
        ),
        ex.Panel(
            ex.Axis("sharpness, times the least", 0.9, _roof),
            ex.Axis("trace, times the least", 0.9, _roof),
            ex.Line(
                _sharpness(ex.along),
                _sum(ex.along),
                label="as the dial turns",
                span=(-1, 1),
                samples=161,
                pen="purple 3",
            ),
            ex.Segments(
                [(0.97, 0.97), (0.97, 1.03)],
                [(1.03, 1.03), (1.03, 0.97)],
                label="flat in both ways",
                pen="green 3",
            ),
            ex.Handle(_sharp, _trace, pen="purple", moves="dial"),
            title="one against the other",
            aspect=1.1,
        ),
    ],
    readouts=[
        ex.Readout("sharpness, times the least", _sharp),
        ex.Readout("trace, times the least", _trace),
        ex.Readout(
            "where the trace is least, the sharpness is, times the least", formula.price_of_both
        ),
        ex.Verdict(
            "this minimum is flat",
            (sp.And(ex.near(_dial), ex.near(_best)), "in both ways"),
            (ex.near(_dial), "in the top eigenvalue, not in the trace"),
            (ex.near(_dial, _best), "in the trace, not in the top eigenvalue"),
            otherwise="in neither way",
        ),
    ],
    settings=[
        ex.Setting("top", "least sharpness", dial=0),
        ex.Setting("trace", "least trace", dial=sp.log(_outputs / _inputs) / 4),
        ex.Setting("one-to-four", "eight inputs, two outputs", inputs=8, outputs=2, dial=0),
        ex.Setting("square", "as many inputs as outputs", inputs=4, outputs=4, dial=0),
    ],
)
