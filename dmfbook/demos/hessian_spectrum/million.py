"""The explorable of a network of a million parameters."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._hessian_spectrum import gain_of, pair_value, routines, threshold
from dmfbook.demos._shared import depth_slider
from dmfbook.symbolic import depth, gain, regularization
from dmfbook.symbolic import hessian_spectrum as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

# A network of a million parameters: singular values in geometric progression.
_decades = sp.Symbol("decades", positive=True)
_width = sp.Symbol("width", positive=True)
_kept_rank = sp.Symbol("kept_rank", real=True)
_one, _two = sp.symbols("one two", positive=True)
# The sliders run over parts of the width, so that each of their positions is a pair at every depth.
_a, _b = sp.symbols("a b", positive=True)
_LARGEST = 3.0
_across, _up = sp.symbols("across up", positive=True)


def _singular(index: sp.Expr) -> sp.Expr:
    return _LARGEST * 10 ** (-_decades * (index - 1) / (_width - 1))


# The eigenvalue shown for a pair of indices: symmetric above the diagonal of the picture.
_small, _large = sp.symbols("small large", positive=True)
_side = sp.Symbol("side", real=True)
_in_use, _other = gain_of(_singular(_small)), gain_of(_singular(_large))
_shown = ex.Routine(
    name="shown",
    parameters=(
        _small,
        _large,
        _side,
        _decades,
        _width,
        _kept_rank,
        threshold,
        regularization,
        depth,
    ),
    result=sp.Piecewise(
        (formula.simple_value.subs(gain, _in_use), sp.And(sp.Eq(_side, 0), _small <= _kept_rank)),
        (pair_value(_in_use, _other, _side), _large <= _kept_rank),
        (
            2 * _in_use ** (depth - 2) * (_singular(_small) - _side * _singular(_large)),
            _small <= _kept_rank,
        ),
        (2 * regularization, True),
    ),
    uses=routines,
)


def _map_value(one: sp.Expr, other: sp.Expr) -> sp.Expr:
    small, large = sp.Min(one, other), sp.Max(one, other)
    side = sp.sign(other - one)
    return _shown(
        small, large, side, _decades, _width, _kept_rank, threshold, regularization, depth
    )


_largest = sp.Max(
    _shown(1, 1, 0, _decades, _width, _kept_rank, threshold, regularization, depth),
    _shown(1, 2, -1, _decades, _width, _kept_rank, threshold, regularization, depth),
)
_sharpest = sp.Symbol("sharpest", positive=True)


def _paleness(part: Any) -> Any:
    """Undo the root of the engine's shades: they are then in proportion to the eigenvalue."""
    return (1 - part) ** 2


_all_turns = (depth - 1) * formula.rotations.subs(
    {formula.rank: _kept_rank, formula.hidden_width: _width}
)
_all_stretches = (depth - 1) * formula.stretches.subs(
    {formula.rank: _kept_rank, formula.hidden_width: _width}
)

million = ex.Explorable(
    name="million",
    title="A million eigenvalues at once",
    description=r"""The spectrum of a network of a million parameters: $L$ layers of equal width
        $d$, so chosen that $L d^2$ is a million or a little less, and a target whose singular
        values fall from $3$ to $3 \cdot 10^{-p}$ in geometric progression. Each point $(a, b)$ of
        the square stands for the $L$ eigenvalues of one pair of singular values. Where at least one
        is fitted, all but one of these are $0$ or $4\lambda$, and the shade shows the one that is
        left, in proportion to it, with lines at four parts of the largest. Below the diagonal are
        the antisymmetric ones, above it the symmetric ones. Dashed lines mark the rank; beyond both
        of them everything is dead, at $2\lambda$.""",
    sliders=[
        ex.Slider(_decades, "decades", "singular values fall by $p$ decades", 0.1, 2, 0.01, 1),
        ex.Slider(
            regularization,
            "regularization",
            r"regularization $\lambda$",
            0.001,
            1,
            0.02,
            0.1,
            scale="log",
        ),
        depth_slider(4, low=3, high=16),
        ex.Slider(_one, "one", "$a$ as a part of $d$", 0, 1, 0.002, 0.4),
        ex.Slider(_two, "two", "$b$ as a part of $d$", 0, 1, 0.002, 0.12),
    ],
    derived={
        threshold: scalar.winning_threshold,
        _width: sp.floor(1000 / sp.sqrt(depth)),
        _kept_rank: sp.Max(
            0,
            sp.Min(
                _width, sp.floor(1 + (_width - 1) * sp.log(_LARGEST / threshold, 10) / _decades)
            ),
        ),
        _sharpest: _largest,
        _a: sp.floor(1 + _one * (_width - 1)),
        _b: sp.floor(1 + _two * (_width - 1)),
    },
    routines=[*routines, _shown],
    panels=[
        ex.Panel(
            ex.Axis("$a$", 1, _width),
            ex.Axis("$b$", 1, _width),
            ex.HeatMap(
                _paleness(_map_value(_across, _up) / _sharpest),
                (_across, _up),
                levels=[_paleness(part) for part in (0.8, 0.6, 0.4, 0.2)],
                resolution=32,
            ),
            ex.Segments((1, 1), (_width, _width), pen="grey 1"),
            ex.Rule(x=_kept_rank, pen="ink dashed 1.5", label="rank"),
            ex.Rule(y=_kept_rank, pen="ink dashed 1.5"),
            ex.Handle(_a, _b, pen="orange", moves=("one", "two")),
            title="the darker the larger; lines at 0.8, 0.6, 0.4, 0.2 of the largest",
            aspect=1.25,
        )
    ],
    readouts=[
        ex.Readout("parameters $N$", depth * _width**2, digits=7),
        ex.Readout("width $d$", _width),
        ex.Readout("rank $r$", _kept_rank),
        ex.Readout("zero eigenvalues", _all_turns, digits=7),
        ex.Readout(r"eigenvalues $4\lambda$", _all_stretches, digits=7),
        ex.Readout("the eigenvalue at the point", _map_value(_a, _b)),
        ex.Readout("the largest of all", _sharpest),
        ex.Readout("the point has $a$", _a),
        ex.Readout("and $b$", _b),
    ],
    settings=[
        ex.Setting("all-fitted", "everything fitted", decades=0.5, regularization=0.01),
        ex.Setting("few-fitted", "fewer than half fitted", decades=2),
        ex.Setting("deep", "depth sixteen", depth=16, regularization=0.02),
        ex.Setting("collapsed", "collapsed", regularization=1, depth=12),
    ],
)
