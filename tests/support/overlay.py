"""A private overlay made for tests: salt and model answers of their own, each with a canary.

The real one is a repository of the teachers, mounted at ``teach/private``; what it needs is what
`write_overlay` writes. The answers below are made to try the whole way, and are slow and plain on
purpose: who sets a graded course and minds that they can be read here, asks for another function.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PRIVATE = Path(__file__).resolve().parents[2] / "teach/private"

FACTORS = '''
import numpy as np
import dmfbook


def even(matrix):
    """Turn the coordinates until all entries on the diagonal are the mean."""
    size, turn = len(matrix), np.eye(len(matrix))
    mean = np.trace(matrix) / size
    for _ in range(200):
        now = turn @ matrix @ turn.T
        low, high = np.argmin(np.diag(now)), np.argmax(np.diag(now))
        if now[high, high] - now[low, low] < 1e-13:
            break
        # Half the turn that exchanges the two, sought by halving.
        a, b, d = now[low, low], now[low, high], now[high, high]
        left, right = 0.0, np.pi / 2
        for _ in range(60):
            angle = (left + right) / 2
            c, s = np.cos(angle), np.sin(angle)
            entry = c * c * a + 2 * c * s * b + s * s * d
            left, right = (angle, right) if entry < mean else (left, angle)
        step = np.eye(size)
        c, s = np.cos(angle), np.sin(angle)
        step[low, low], step[low, high], step[high, low], step[high, high] = c, s, -s, c
        turn = step @ turn
    return turn


def peel(matrix):
    from scipy.optimize import linear_sum_assignment

    rest, terms = np.array(matrix, dtype=float), []
    while rest.max() > 1e-11:
        cost = np.where(rest > 1e-11, -1.0 - rest, 1e6)
        rows, columns = linear_sum_assignment(cost)
        weight = rest[rows, columns].min()
        if weight <= 1e-11:
            break
        terms.append((float(weight), columns.tolist()))
        rest[rows, columns] -= weight
    return terms


def answers(given):
    matrix, depth = given["q1"]["matrix"], given["q1"]["depth"]
    cost = dmfbook.factorization_cost(matrix, depth)
    left, values, right = np.linalg.svd(given["q2"]["matrix"])
    root = np.diag(np.cbrt(values))
    turn = even(root**2)
    balanced = [turn @ root @ right, turn @ root @ turn.T, left @ root @ turn.T]
    # Two layers cost a and 1/a times as much, the third as before: 2.5 times the least in all.
    a = (6.5 + np.sqrt(6.5**2 - 4)) / 2
    costly = [balanced[0] * np.sqrt(a), balanced[1] / np.sqrt(a), balanced[2]]
    u, _, v = np.linalg.svd(given["q5"]["yours"])
    third = np.array([[0.5, -np.sqrt(0.75)], [np.sqrt(0.75), 0.5]])
    turned = u @ third @ np.diag([given["q5"]["large"], given["q5"]["small"]]) @ v
    return {
        "q1": {
            "cost": cost,
            "norm": dmfbook.schatten_norm(matrix, 2 / depth),
            "layer": (cost / depth) ** 0.5,
        },
        "q2": {"balanced": balanced, "costly": costly},
        "q4": peel,
        "q5": {"matrix": turned.round(4)},
    }
'''

NUMBER = """
import numpy as np
import dmfbook


def minimizer(target, depth, regularization):
    size = abs(target)
    grid = np.linspace(0, size, 4001)
    for _ in range(8):
        loss = (size - grid) ** 2 + regularization * depth * grid ** (2 / depth)
        k = int(np.argmin(loss))
        if grid[k] == 0:
            return 0.0
        grid = np.linspace(grid[max(k - 1, 0)], grid[min(k + 1, 4000)], 4001)
    return float(np.sign(target) * grid[int(np.argmin(np.abs(grid - grid.mean())))])


def answers(given):
    one, ladder = given["q1"], given["q6"]["matrix"]
    length = given["q3"]["length"]
    m = given["q4"]["target"]
    return {
        "q1": {
            "tie": dmfbook.uniqueness_threshold(one["depth"], one["regularization"]),
            "collapse": dmfbook.collapse_threshold(one["target"], one["depth"]),
            "minimizer": dmfbook.scalar_minimizer(
                one["target"], one["depth"], one["regularization"]
            ),
        },
        "q2": minimizer,
        "q3": {
            "trapped": [round(length + 0.01, 2), 0.05, 0.05],
            "free": [int(length / 3**0.5 * 1000) / 1000] * 3,
        },
        "q4": {"first": [round(m ** (1 / 3), 4)] * 3, "second": [2000, 0.001, m / 2]},
        "q6": {
            "steps": [
                dmfbook.collapse_threshold(s, 3) for s in np.linalg.svd(ladder, compute_uv=False)
            ]
        },
    }
"""

CURVATURE = """
import numpy as np
import dmfbook


def sharpness(factors):
    before, after = [np.eye(factors[0].shape[1])], [np.eye(factors[-1].shape[0])]
    for factor in factors[:-1]:
        before.append(factor @ before[-1])
    for factor in factors[:0:-1]:
        after.append(after[-1] @ factor)
    after = after[::-1]
    grams = [(a @ a.T, b.T @ b) for a, b in zip(after, before)]
    x = np.random.default_rng(0).normal(size=(factors[-1].shape[0], factors[0].shape[1]))
    value = 0.0
    for _ in range(3000):
        x = x / np.linalg.norm(x)
        image = sum(left @ x @ right for left, right in grams)
        new = float(np.sum(x * image))
        if abs(new - value) < 1e-10 * new:
            break
        value, x = new, image
    return 2 * new


def answers(given):
    one = given["q1"]
    first, hidden, last = one["widths"]
    target = np.zeros((last, first))
    target[0, 0], target[1, 1] = one["first"], one["second"]
    spectrum = dmfbook.hessian_spectrum(target, (first, hidden, last), one["regularization"])
    m, times = given["q2"]["target"], given["q2"]["times"]
    low, high = 1e-3, m ** (1 / 3)
    for _ in range(200):
        middle = (low + high) / 2
        ratio = (2 * (m / middle) ** 2 + middle**4) / (3 * m ** (4 / 3))
        low, high = (middle, high) if ratio > times else (low, middle)
    return {
        "q1": {
            "sharpness": spectrum.largest,
            "trace": spectrum.trace,
            "zeros": spectrum.nullity,
        },
        "q2": {"flat": [round(m ** (1 / 3), 4)] * 3, "sharp": [m / low**2, low, low]},
        "q3": sharpness,
        "q6": "A flat minimum is flat at that point only. " * 4,
    }
"""

DESCENT = '''
import numpy as np
import dmfbook


def complete(matrix, mask, depth, regularization):
    """Reweight squares until they are the price of low rank, and let the price get sharp slowly."""
    rows = len(matrix)
    seen = mask.T[:, :, None] * np.eye(rows)
    right = (mask * matrix).T[:, :, None]
    found = mask * matrix
    for blur in np.geomspace(10.0, 1e-6, 120):
        values, vectors = np.linalg.eigh(found @ found.T + blur * np.eye(rows))
        weight = (vectors * values ** (1 / depth - 1)) @ vectors.T
        found = np.linalg.solve(seen + regularization * weight, right)[:, :, 0].T
    return found


def answers(given):
    one = given["q1"]
    u = one["first"]
    v, c = 1 / u, one["ratio"]
    bend = 2 * (u * u + v * v)
    size = (u * u + v * v) ** 0.5
    start = [[[u + one["away"] * v / size]], [[v + one["away"] * u / size]]]
    run = dmfbook.gradient_descent(start, [[1.0]], 2 * c / bend, 3000)
    w1, w2 = (float(np.squeeze(factor)) for factor in run.factors)
    m, wanted = given["q2"]["target"], given["q2"]["landing"]
    root = m**0.5
    found = None
    for first in (1.9, 2.3, 1.6):
        w = np.array([round(first * root, 3), round(root / first, 4)])
        begin = np.round(w + root * np.array([0.004, 0.008]), 3)
        steps = np.round(np.arange(1.03, 1.3, 0.0025) / np.sum(w**2), 5)
        x, y = np.full_like(steps, begin[0]), np.full_like(steps, begin[1])
        with np.errstate(all="ignore"):
            for _ in range(3000):
                gap = x * y - m
                x, y = x - 2 * steps * gap * y, y - 2 * steps * gap * x
            fits = (np.abs(x * y - m) < 1e-8) & (np.abs(steps * (x * x + y * y) - wanted) < 0.007)
        if fits.any():
            found = {"minimum": w, "step": steps[np.argmax(fits)], "start": begin}
    data = given["q5"]
    return {
        "q1": {
            "step": 2 / bend,
            "growth": (2 * c - 1) ** 2,
            "predicted": 2 - c,
            "measured": 2 * c / bend * (w1 * w1 + w2 * w2),
        },
        "q2": found,
        "q3": complete,
        "q5": {
            "at_least": data["low"] * data["white"],
            "at_most": data["high"] * data["white"],
            "step": 2 / (data["high"] * data["white"]),
        },
    }
'''

SOLUTIONS = {
    "factors-and-prices": FACTORS,
    "one-number-one-matrix": NUMBER,
    "curvature": CURVATURE,
    "descent-and-data": DESCENT,
}


def canary(name: str) -> str:
    """Return a line that stands in one private file and nowhere else."""
    return f"CANARY-{hashlib.sha256(f'overlay/{name}'.encode()).hexdigest()[:24]}"


def write_overlay(folder: Path) -> list[str]:
    """Write an overlay for tests and return the canaries of its files."""
    files = {"salt": "a salt for tests\n"}
    for name, text in SOLUTIONS.items():
        files[f"solutions/{name}.py"] = text.lstrip("\n")
        files[f"specimens/{name}.md"] = f"# {name}\n\nA worked specimen.\n"
    canaries = []
    for name, text in files.items():
        canaries.append(canary(name))
        comment = f"<!-- {canaries[-1]} -->" if name.endswith(".md") else f"# {canaries[-1]}"
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{comment}\n{text}", encoding="utf-8", newline="\n")
    return canaries


def solutions(folder: Path, name: str) -> Any:
    """Return the module with the model answers to a set."""
    path = folder / "solutions" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"private_{name.replace('-', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def model_answers(folder: Path, sheet: Any) -> Mapping[str, Any]:
    """Return the model answers for one student's copy of a set."""
    given = {one.name: sheet.given(one.name) for one in sheet.definition.questions}
    answers: Mapping[str, Any] = solutions(folder, sheet.definition.name).answers(given)
    return answers
