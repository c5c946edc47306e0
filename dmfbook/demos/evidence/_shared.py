"""What the explorables of the chapter share: volumes of spheres, and an integral."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import evidence as formula
from dmfbook.symbolic import regularization

__all__ = ["log_spheres", "radial", "routines"]

# The logarithm of the gamma function by Stirling's series, seven places further on.
_half = sp.Symbol("half", positive=True)
_far = _half + 7
_series = 1 / (12 * _far) - 1 / (360 * _far**3) + 1 / (1260 * _far**5)
_log_gamma = (
    (_far - 0.5) * sp.log(_far)
    - _far
    + float(sp.log(2 * sp.pi) / 2)
    + _series
    - sp.log(sp.prod(_half + k for k in range(7)))
)
_width = sp.Symbol("size", positive=True)
_log_sphere = ex.Routine(
    name="log_sphere",
    parameters=(_width,),
    result=sp.log(2.0) + _width / 2 * sp.log(sp.pi) - _log_gamma.subs(_half, _width / 2),
)

# The integral over the size of the second layer at depth two, over what Laplace's method makes of
# it: the trapezoidal rule in the logarithm of the size, as far as the integrand is seen.
_COUNT = 280
_place, _sum = sp.symbols("place total", real=True)
_target, _beta, _wide, _weight = sp.symbols("goal cold wide weight", positive=True)
_held = {
    formula.positive_target: _target,
    formula.precision: _beta,
    formula.width: _wide,
    regularization: _weight,
}
# Fourteen standard deviations; to the left only if size zero is as good as impossible.
_kept = _target - _weight
_reach = 14 * sp.sqrt(_target / (8 * _beta * _weight)) / _kept
_middle = sp.log(_kept) / 2
_left = _middle - ex.where(_beta * _kept**2 > 30, sp.Min(9, _reach), 9)
_right = _middle + sp.Min(4, _reach)
_step = (_right - _left) / _COUNT
_exponent = formula.precision * (formula.radial_exponent - formula.circle_least_loss)
_summand = (formula.radial_integrand * formula.size * sp.exp(-_exponent)).subs(_held)
_radial = ex.Routine(
    name="radial",
    parameters=(_target, _weight, _beta, _wide),
    state=(_place, _sum),
    start=(_left, sp.Integer(0)),
    update=(_place + _step, _sum + _step * _summand.subs(formula.size, sp.exp(_place))),
    count=_COUNT,
    result=_sum * (formula.radial_constant / formula.radial_laplace).subs(_held),
)

routines = [_log_sphere, _radial]


def log_spheres(width: sp.Expr | int, count: int = 1) -> sp.Expr:
    """Return the logarithm of the volume of all frames of this many vectors."""
    return sum((_log_sphere(width - taken) for taken in range(count)), sp.Integer(0))


def radial(target: sp.Expr, beta: sp.Expr, width: sp.Expr) -> sp.Expr:
    """Return the exact integral over Laplace's, for one number at depth two."""
    return _radial(target, regularization, beta, width)
