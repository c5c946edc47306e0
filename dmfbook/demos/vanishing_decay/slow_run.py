"""A network of three layers, followed for a very long time with little decay."""

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

import dmfbook.explorables as ex
from dmfbook import end_to_end, flattest_sharpness, imbalance, sharpness
from dmfbook.symbolic import factorization as formula
from dmfbook.symbolic import regularization

__all__ = ["slow_run"]

# Three layers of two by two, from a random start whose layers differ in size.
_TARGET = np.diag([2.0, 1.0])
_POWERS = tuple(float(p) for p in np.arange(-3.5, -0.9, 0.5))
_TIMES = np.geomspace(0.03, 1e4, 49)
_FLATTEST = flattest_sharpness(_TARGET, 3)


def _start() -> NDArray[np.float64]:
    rng = np.random.default_rng(4)
    return np.array([size * rng.normal(size=(2, 2)) for size in (1.5, 0.7, 0.6)])


def _downhill(_: float, flat: NDArray[np.float64], decay: float) -> NDArray[np.float64]:
    """Return the slope of the flow; written out, for it is asked thousands of times."""
    first, second, third = flat.reshape(3, 2, 2)
    misfit = 2 * (third @ second @ first - _TARGET)
    slopes = (
        (third @ second).T @ misfit,
        third.T @ misfit @ first.T,
        misfit @ (second @ first).T,
    )
    return -np.concatenate([slope.ravel() for slope in slopes]) - 2 * decay * flat


def _followed(decay: float) -> NDArray[np.float64]:
    """Return misfit, largest imbalance and sharpness formula at the times, row by row."""
    flow = solve_ivp(
        _downhill,
        (0, _TIMES[-1]),
        _start().ravel(),
        method="LSODA",
        t_eval=_TIMES,
        args=(decay,),
        rtol=1e-7,
        atol=1e-9,
    )
    rows = []
    for flat in flow.y.T:
        factors = list(flat.reshape(3, 2, 2))
        rows.append(
            (
                np.linalg.norm(_TARGET - end_to_end(factors)),
                np.linalg.norm(imbalance(factors)[0]),
                sharpness(factors),
            )
        )
    return np.array(rows).T


def _frames() -> ex.Frames:
    runs = np.array([_followed(10**power) for power in _POWERS])
    rounded = np.array([float(f"{x:.4g}") for x in np.maximum(runs, 1e-7).flat]).reshape(runs.shape)
    times = np.broadcast_to(_TIMES, runs[:, 0].shape)
    series = dict(zip(("misfit", "imbalance", "sharpness"), rounded.swapaxes(0, 1), strict=True))
    first, last = (float(np.linalg.norm(imbalance(list(_start()))[0])), rounded[:, 2, -1:])
    return ex.Frames(
        ("power",),
        (_POWERS,),
        {
            **series,
            "time": np.array([float(f"{t:.4g}") for t in times.flat]).reshape(times.shape),
            "first": np.full((len(_POWERS), 1), first),
            "last": last,
        },
    )


_runs = _frames()
_power = sp.Symbol("power", real=True)
_decay = 10.0**_power
_clock = 1 / (4 * _decay)
_IMBALANCE = float(_runs.series["first"][0, 0])
_HIGHEST = 1.1 * float(_runs.series["sharpness"].max())
_exact = _IMBALANCE * formula.decay.subs({formula.time: sp.exp(ex.along), regularization: _decay})
_span = (float(np.log(_TIMES[0])), float(np.log(_TIMES[-1])))


slow_run = ex.Explorable(
    name="slow-run",
    title="A long run with little decay",
    description=r"""Gradient flow of three layers, two by two, for the target
        $\operatorname{diag}(2, 1)$, from one random start whose first layer is the largest. Time
        runs from $0.03$ to $10\,000$ on a logarithmic axis. First: the distance of the product
        from the target, and the size of the first imbalance, with its exact law as a line.
        Second: what the sharpness formula says on the way, with the least value that any exact
        factorization can have. The misfit falls within a few units of time. Imbalance and
        sharpness wait for the dotted line, the slow clock $1/(4\lambda)$, then fall together.""",
    sliders=[
        ex.Slider(_power, "power", r"regularization $\lambda = 10^p$, $p$", -3.5, -1, 0.5, -2.5),
    ],
    frames=_runs,
    panels=[
        ex.Panel(
            ex.Axis("time", _TIMES[0], _TIMES[-1], scale="log"),
            ex.Axis("", 2e-4, 30, scale="log"),
            ex.Rule(x=_clock, pen="orange dotted"),
            ex.Line(
                sp.exp(ex.along),
                _exact,
                span=_span,
                label=r"exactly $e^{-4\lambda t}$",
                pen="grey 4",
                samples=121,
            ),
            ex.Points(_runs["time"], _runs["misfit"], label="misfit", pen="blue", size=3),
            ex.Points(_runs["time"], _runs["imbalance"], label="imbalance", pen="orange", size=3),
            ex.Handle(_clock, 10, moves="power", pen="orange"),
            title="two sizes",
            aspect=1.15,
        ),
        ex.Panel(
            ex.Axis("time", _TIMES[0], _TIMES[-1], scale="log"),
            ex.Axis("sharpness formula", 0, _HIGHEST),
            ex.Rule(x=_clock, pen="orange dotted"),
            ex.Rule(y=_FLATTEST, pen="green dashed", label="least without decay"),
            ex.Points(_runs["time"], _runs["sharpness"], label="the run", pen="red", size=3),
            title="how sharp",
            aspect=1.15,
        ),
    ],
    readouts=[
        ex.Readout(r"regularization $\lambda$", _decay),
        ex.Readout(r"slow clock $1/(4\lambda)$", _clock, digits=4),
        ex.Readout("least sharpness without decay", sp.Float(_FLATTEST)),
    ],
    settings=[
        ex.Setting("little", "hardly any decay", power=-3.5),
        ex.Setting("ten-times", "ten times as much", power=-1.5),
        ex.Setting("much", "much", power=-1),
    ],
)
