"""The answers to the questions of `escape`, computed."""

import numpy as np
from questions import readout

from dmfbook import gradient_descent, sharpest_direction, sharpness, stability_threshold
from dmfbook.demos import escape as demos


def where_it_lands() -> str:
    """Start five percent over the edge of 600 random numbers."""
    draw = np.random.default_rng(0).normal
    minimum = [draw(size=(20, 20)), draw(size=(10, 20))]
    eta = 1.05 * stability_threshold(minimum)
    nudge = [1e-15 * part for part in sharpest_direction(minimum)]
    target = minimum[1] @ minimum[0]
    run = gradient_descent(minimum, target, eta, 1500, displacement=nudge, record_every=1500)
    assert run.losses[-1] < 1e-12
    end = eta * sharpness(run.factors) / 2
    least = 2 * eta * np.linalg.norm(target, 2)
    answers = {"as far below": 0.95, "just about $1$": 1.0, "least there is": least}
    assert abs(readout(demos.figure_one, 0, ratio=1.05) - end) < 1e-3
    return min(answers, key=lambda words: abs(answers[words] - end))


def a_millionth() -> float:
    """Count the steps to a distance of 0.001 from two starts, a million apart."""
    u, v = 3.0, 0.7
    minimum = [np.array([[u]]), np.array([[v]])]
    eta, top = 1.05 * stability_threshold(minimum), sharpest_direction(minimum)
    first = []
    for size in (1e-6, 1e-12):
        nudge = [size * part for part in top]
        run = gradient_descent(
            minimum, [[u * v]], eta, 400, displacement=nudge, record_trajectory=True
        )
        away = np.hypot(*(stage[:, 0, 0] for stage in run.trajectory))
        first.append(int(np.argmax(away > 1e-3)))
    return float(first[1] - first[0])


def nearly_balanced() -> str:
    """Descend with two nearly equal numbers, with a plain loop."""
    u, v = 1.2, 1 / 1.2
    eta = 1.05 / (u * u + v * v)
    w = np.array([u, v]) + 1e-3 * np.array([v, u])
    for _ in range(1500):
        w = w - 2 * eta * (w[0] * w[1] - 1) * w[::-1]
    if abs(w[0] * w[1] - 1) > 1e-4:
        return "swings for ever"
    return "Just below the edge" if 0.985 < eta * (w @ w) < 1 else "mirror image"


def who_leaves() -> str:
    """Compute one descent twice: with the numbers, and with exactly no displacement."""
    u, v = 1.8, 1.1
    eta = 1.05 / (u * u + v * v)
    numbers, moved = np.array([u, v]), np.zeros(2)
    for _ in range(600):
        numbers = numbers - 2 * eta * (numbers[0] * numbers[1] - 1.98) * numbers[::-1]
        excess = u * moved[1] + v * moved[0] + moved[0] * moved[1]
        moved = moved - 2 * eta * excess * np.array([v + moved[1], u + moved[0]])
    away = np.hypot(*(numbers - [u, v])) > 1e-2, np.hypot(*moved) > 1e-2
    return {(False, False): "Neither", (True, True): "Both"}.get(
        away, "the numbers themselves" if away[0] else "the displacements"
    )


TRUTHS = {
    "where-it-lands": where_it_lands,
    "a-millionth": a_millionth,
    "nearly-balanced": nearly_balanced,
    "who-leaves": who_leaves,
}
