"""One ReLU neuron: the least loss over the place of its kink, which has corners at the samples."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import regularization
from dmfbook.symbolic import relu_networks as formula

__all__ = ["ANSWERS", "SAMPLES", "kinks"]

#: The samples, and what they answer; that of the middle one is dragged.
SAMPLES = tuple(i / 2 for i in range(-4, 5))
ANSWERS = (-0.2, -0.2, -0.3, -0.5, -0.6, 0.3, 0.6, 0.7, 0.9)
_MIDDLE = 4
_answer, _t = sp.symbols("answer t", real=True)
_m, _q, _below, _above = sp.symbols("slope size below above", real=True)
_c = formula.kink
_answers = tuple(_answer if i == _MIDDLE else y for i, y in enumerate(ANSWERS))
_hinge = formula.Hinge(SAMPLES, _answers)
# A kink on a sample: its gate is open to the left of it, and shut to the right.
_HAIR = 1e-6
_open = [ex.where(_c < x + _HAIR, 1, 0) for x in SAMPLES]
_shut = [ex.where(_c < x - _HAIR, 1, 0) for x in SAMPLES]
_on_sample = sp.Or(*(sp.And(_c > x - _HAIR, _c < x + _HAIR) for x in SAMPLES))
_lives = _q > 1e-9
_bottom = sp.And(_below < 0, _above > 0)
# The balanced neuron: incoming weight, bias, outgoing weight.
_in = sp.sqrt(_q) / formula.lever
_out = sp.sign(_m) * sp.sqrt(_q)
_penalty = 2 * regularization * _q


def _across(t: sp.Expr) -> sp.Expr:
    """Return the loss with t added to the bias."""
    fits = [_out * sp.Max(_in * (x - _c) + t, 0) for x in SAMPLES]
    errors = [(y - f) ** 2 for y, f in zip(_answers, fits, strict=True)]
    return _hinge.mean(errors) + regularization * (_in**2 + (t - _c * _in) ** 2 + _q)


def _along(t: sp.Expr) -> sp.Expr:
    """Return the loss where the incoming weights grow and the outgoing one shrinks."""
    share = t / sp.sqrt(2 * sp.Max(_q, 1e-9))
    fits = [(1 - share**2) * _m * r for r in _hinge.lengths()]
    errors = [(y - f) ** 2 for y, f in zip(_answers, fits, strict=True)]
    return _hinge.mean(errors) + _penalty * (1 + share**2)


_here = _hinge.least_loss
_REACH, _HIGH = 0.4, 0.1

kinks = ex.Explorable(
    name="kinks",
    title="A corner that holds a neuron",
    description=r"""One neuron $v\,\mathrm{relu}(wx + b)$ on nine samples. First: the samples, and
        the best network with a given kink, the place where it leaves zero; drag the middle sample.
        Second: the least loss over the place of the kink; drag along it. Upright lines are the
        samples. Third: the derivative of that curve, which jumps at the samples. Fourth: from
        this network straight on in two directions of the weights, by a distance $t$. Orange: the
        bias alone changes, and the kink moves. Blue: incoming weights grow, the outgoing weight
        shrinks, and the kink stays; dotted is $2\lambda t^2$, a curvature of $4\lambda$.""",
    sliders=[
        ex.Slider(_c, "kink", "kink $c$", -2, 1.6, 0.02, -0.3),
        ex.Slider(regularization, "decay", r"regularization $\lambda$", 0, 0.5, 0.005, 0.05),
        ex.Slider(_answer, "answer", "answer $y$ of the middle sample", -1, 0.8, 0.02, -0.6),
    ],
    derived={
        _m: _hinge.slope,
        _q: sp.Abs(_m) * formula.lever,
        _below: _hinge.steepness(_m, _open),
        _above: _hinge.steepness(_m, _shut),
    },
    panels=[
        ex.Panel(
            ex.Axis("input $x$", -2.2, 2.2),
            ex.Axis("answer", -1.1, 1.1),
            ex.Points(
                [xy for i, xy in enumerate(zip(SAMPLES, ANSWERS, strict=True)) if i != _MIDDLE],
                pen="ink",
                label="samples",
                size=4,
            ),
            ex.Line(_m * sp.Max(ex.along - _c, 0), pen="blue 2.5", label="network"),
            ex.Points(_c, 0, pen="orange", hollow=True, size=7, label="its kink"),
            ex.Handle(SAMPLES[_MIDDLE], _answer, moves="answer", pen="ink"),
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis("kink $c$", -2.2, 1.8),
            ex.Axis("least loss", 0.04, 0.36),
            ex.Segments(
                [(x, 0.04) for x in SAMPLES[:-1]],
                [(x, 0.36) for x in SAMPLES[:-1]],
                pen="grey dotted 1",
            ),
            ex.Line(_hinge.least_loss, parameter=_c, span=(-2, 1.6), pen="blue", samples=361),
            ex.Handle(_c, _here, moves="kink", pen="orange", snap=list(SAMPLES[:-1])),
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis("kink $c$", -2.2, 1.8),
            ex.Axis("derivative of the least loss", -0.15, 0.35),
            ex.Segments(
                [(x, -0.15) for x in SAMPLES[:-1]],
                [(x, 0.35) for x in SAMPLES[:-1]],
                pen="grey dotted 1",
            ),
            ex.Rule(y=0, pen="grey 1"),
            ex.Line(
                _hinge.steepness(_hinge.slope, _shut),
                parameter=_c,
                span=(-2, 1.6),
                pen="blue",
                samples=361,
            ),
            ex.Segments((_c, _below), (_c, _above), pen="orange 4", when=_on_sample),
            ex.Points(_c, (_below + _above) / 2, pen="orange", size=5),
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis("distance $t$", -_REACH, _REACH),
            ex.Axis("gain in loss", -0.04, _HIGH),
            ex.Rule(y=0, pen="grey 1"),
            ex.Line(
                _along(ex.along) - _here, pen="blue", label="rescaled, kink stays", when=_lives
            ),
            ex.Line(
                2 * regularization * ex.along**2,
                pen="ink dotted",
                label=r"$2\lambda t^2$",
                when=_lives,
            ),
            ex.Line(
                _across(ex.along) - _here,
                pen="orange",
                label="bias alone",
                when=_lives,
                samples=161,
            ),
            aspect=1.25,
        ),
    ],
    readouts=[
        ex.Readout("least loss with this kink", _here),
        ex.Readout("derivative to the left", _below),
        ex.Readout("to the right", _above),
        ex.Verdict(
            "the kink",
            (sp.Not(_lives), "the best slope is zero: the network has collapsed"),
            (sp.And(_on_sample, _bottom), "on a sample, in the corner of a V"),
            (_on_sample, "on a sample, and would leave it"),
            (sp.Abs(_below) < 4e-3, "between samples, nearly at rest"),
            otherwise="between samples, not at rest",
        ),
    ],
    settings=[
        ex.Setting("held", "held by a sample", kink=0),
        ex.Setting("free", "more decay, and free", kink=-0.28, decay=0.2),
        ex.Setting("raised", "the sample raised above zero", kink=0, answer=0.2),
        ex.Setting("collapsed", "collapsed", decay=0.46, kink=-0.5),
    ],
)
