"""What the explorables of the Hessian spectrum share: routines."""

import sympy as sp

from dmfbook.explorables import Routine
from dmfbook.symbolic import depth, regularization
from dmfbook.symbolic import hessian_spectrum as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

# Derived by each explorable: the singular value at the tie.
threshold = sp.Symbol("threshold", positive=True)

# The gain of the nonzero minimizer for a singular value; below the tie, that of the tie. Newton's
# method on the shrinkage climbs to the root, and above the tie it needs at most seven steps.
_value = sp.Symbol("value", nonnegative=True)
_held = sp.Max(_value, threshold)
_kappa = regularization * _held ** (2 / depth - 2)
_gain = Routine(
    name="gain",
    parameters=(_value, threshold, regularization, depth),
    state=(scalar.shrinkage,),
    start=(sp.Integer(0),),
    update=(scalar.shrinkage_newton_step.subs(scalar.kappa, _kappa),),
    count=8,
    result=(_held * (1 - scalar.shrinkage)) ** (1 / depth),
)

# The eigenvalue of a pair of gains in its stable form, equal gains included; sign is 1 or -1.
_sign = sp.Symbol("sign", real=True)
_gap = sp.Max(sp.Abs(sp.log(formula.large_gain / formula.small_gain)), 1e-6)
_pair = Routine(
    name="pair",
    parameters=(formula.large_gain, formula.small_gain, _sign, regularization, depth),
    result=(
        2 * formula.stable_data_sum + 2 * regularization * (1 - _sign * formula.stable_residual_sum)
    ).subs(formula.log_ratio, _gap),
)

routines = (_gain, _pair)


def gain_of(value: sp.Expr) -> sp.Expr:
    """Return the gain that belongs to a singular value of the target."""
    return _gain(value, threshold, regularization, depth)


def pair_value(one: sp.Expr, other: sp.Expr, sign: sp.Expr | int) -> sp.Expr:
    """Return the symmetric (1) or antisymmetric (-1) eigenvalue of a pair of gains."""
    return _pair(one, other, sign, regularization, depth)
