"""The answers to the book's questions: what each marks as right is computed here, by the library.

``TRUTHS`` has a function for every ``{predict}`` block. It computes the outcome and returns words
that stand in the right choice and in no other, or the number itself. Nothing is copied from the
notebooks, so that a wrong mark, and a changed library, are noticed.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from browser import CHAPTERS, ROOT
from predict import read_number
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize

from dmfbook import (
    balanced_factors,
    factorization_cost,
    gradient,
    loss,
    minimizer_factors,
    pack,
    scalar_minimizers,
    uniqueness_threshold,
    unpack,
)
from dmfbook.demos import hessian_spectrum as spectrum
from dmfbook.demos import matrix_uniqueness as matrix
from dmfbook.demos import sharpness, trace_inequality
from dmfbook.reference import dense_hessian


@dataclass(frozen=True)
class Question:
    """A ``{predict}`` block: its name, chapter, number if it asks for one, and choices."""

    name: str
    chapter: str
    number: tuple[float, float] | None
    choices: list[tuple[str, str]]


def questions_of(chapter: str) -> list[Question]:
    """Return the questions of a chapter, read from the text of its notebook."""
    found = []
    notebook = json.loads((ROOT / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    texts = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]
    for text in texts:
        for name, body in re.findall(
            r"^:::\{predict\} (\S+)\n(.*?)^:::$", text, re.MULTILINE | re.DOTALL
        ):
            number = re.search(r"^:number: (.*)$", body, re.MULTILINE)
            choices = re.findall(
                r"^- \[(.*?)\] (.*?)(?=^- \[|^\s*$|\Z)", body, re.MULTILINE | re.DOTALL
            )
            wanted = read_number(number[1]) if number else None
            words = [(mark, " ".join(choice.split())) for mark, choice in choices]
            found.append(Question(name, chapter, wanted, words))
    return found


QUESTIONS = [question for chapter in CHAPTERS for question in questions_of(chapter)]


def readout(demo: Any, place: int, setting: str | None = None, **values: float) -> Any:
    """Return what a readout of an explorable shows, which is left as it was declared."""
    declared = {slider.name: slider.value for slider in demo.sliders}
    chosen = demo.program.setting(setting, declared) if setting else declared
    shown = demo.scene({**chosen, **values})["readouts"][place]
    return shown["text"] if "text" in shown else shown["value"]


def a_hair() -> str:
    """Descend from many starts, with a hair of weight decay, and count the ends that are best."""
    starts = np.random.default_rng(3).normal(size=(24, 2)) * 2
    cost = lambda w: (1.5 - w[0] * w[1]) ** 2 + 0.02 * (w @ w)  # noqa: E731
    ends = [minimize(cost, w, tol=1e-12) for w in starts]
    least = min(end.fun for end in ends)
    best = {tuple(np.round(end.x, 3)) for end in ends if end.fun < least + 1e-8}
    return {0: "None", 2: "Two."}.get(len(best), "All of them")


def cheapest_basis() -> str:
    """Search for the cheapest basis, and look at the two ellipses in it."""
    W, W_next = np.random.default_rng(4).normal(size=(2, 2, 2))

    def ellipses(entries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        A = entries.reshape(2, 2)
        written, read = A @ W, W_next @ np.linalg.inv(A)
        return written @ written.T, read.T @ read

    price = lambda entries: sum(map(np.trace, ellipses(entries)))  # noqa: E731
    found = minimize(price, np.eye(2).ravel(), tol=1e-13).x
    written, read = ellipses(found)
    if np.allclose(written, read, atol=1e-4):
        return "one and the same"
    return "circles" if np.ptp(np.linalg.eigvalsh(written)) < 1e-3 else "across each other"


def who_settles_first() -> str:
    """Follow the flow of the picture until each has fallen to a hundredth for good."""
    turn = np.exp(1j * np.deg2rad(55))
    W1 = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]]) @ np.diag([1.5, 0.4])
    start, goal, widths = pack([W1, np.array([[0.9, 0.1], [-0.3, 0.5]])]), np.diag([2.0, 1]), (2,) * 3
    slope = lambda _, v: -pack(gradient(unpack(v, widths), goal, 0.3))  # noqa: E731
    times = np.linspace(0, 15, 1501)
    path = solve_ivp(slope, (0, 15), start, t_eval=times, rtol=1e-9, atol=1e-11).y.T
    layers = [unpack(v, widths) for v in path]
    products = np.array([b @ a for a, b in layers])
    errors = np.linalg.norm(products - products[-1], axis=(1, 2))
    uneven = np.array([np.linalg.norm(b.T @ b - a @ a.T) for a, b in layers])
    done = [times[np.flatnonzero(size > size[0] / 100)[-1]] for size in (errors, uneven)]
    if abs(done[0] - done[1]) < 0.1 * done[1]:
        return "Both together"
    return "The output." if done[0] < done[1] else "The layers"


def entry_price() -> str:
    """Compare the price and the misfit of ever smaller multiples of a matrix, at depth three."""
    M = np.diag([1.0, 0.5])

    def change(scale: float, regularization: float, depth: int) -> float:
        price = regularization * factorization_cost(scale * M, depth=depth)
        return float((price - (2 * scale - scale**2) * np.sum(M**2)) / scale)

    assert change(1e-9, 0.01, depth=2) < 0
    slopes = [[change(10.0**-k, rate, 3) for k in (12, 15, 18)] for rate in (1, 0.01, 1e-3)]
    if all(0 < early < late / 5 for row in slopes for early, late in itertools.pairwise(row)):
        return "It rises, and vertically so"
    return "It falls"


def red_point_arrives() -> float:
    """Find the power at which the end of the line becomes its lowest point."""
    slant = float(np.tan(np.deg2rad(90 - 56)))

    def growth_at_the_end(p: float) -> float:
        step = 1e-300
        return float(step ** (p - 1) + np.expm1(p * np.log1p(-slant * step)) / step)

    return float(brentq(growth_at_the_end, 0.5, 2))


def output_turn() -> str:
    """Turn the output all the way around."""
    demo = trace_inequality.alignment
    traces = [readout(demo, 0, input=20, output=angle) for angle in range(-180, 181, 5)]
    bound = readout(demo, 1, input=20)
    if max(traces) < 0.99 * bound:
        return "below the bound"
    return "when the ellipses" if np.argmax(traces) == 36 else "at another"


def inversions_of_a_swap() -> str:
    """Sort all orders of four heights, and count inversions before and after each exchange."""
    count = lambda b: sum(x < y for x, y in itertools.combinations(b, 2))  # noqa: E731
    drops = set()
    for order in itertools.permutations(range(4)):
        b = list(order)
        for i in range(3):
            j, before = max(range(i, 4), key=lambda k: b[k]), count(b)
            b[i], b[j] = b[j], b[i]
            drops |= {before - count(b)} if i != j else set()
    words = {(1,): "one pair", (1, 2, 3): "one, two or three", (1, 3, 5): "one, three or five"}
    return words.get(tuple(sorted(drops)), "any number")


def leap() -> str:
    """Lower the target in small steps and follow the best product."""
    path = np.array([scalar_minimizers(m, 3, 0.5).large for m in np.arange(2, 0.05, -0.005)])
    if path[-1] > 0:
        return "only with the target"
    falls = -np.diff(path)
    return "leaps" if falls.max() > 100 * np.median(falls) else "slides"


def kept_at_the_tie() -> str:
    """Divide the tied product by its target, at ever larger depth and for two regularizations."""
    parts = []
    for regularization in (0.1, 0.5):
        for depth in (3, 4, 6, 10, 60):
            tie = uniqueness_threshold(depth, regularization)
            parts.append(scalar_minimizers(tie, depth, regularization).large / tie)
    one, other = np.split(np.array(parts), 2)
    assert np.allclose(one, other)
    if (np.diff(one) > 0).all() and one[-1] > 0.95:
        return "More and more"
    return "the same part" if np.ptp(one) < 1e-6 else "Less and less"


def three_of_five() -> str:
    """Keep random spaces of three dimensions of five tied ones, and count the best products."""
    tie, rng = uniqueness_threshold(3, 0.5), np.random.default_rng(6)
    kept, target = scalar_minimizers(tie, 3, 0.5).large, tie * np.eye(5)
    least = loss(minimizer_factors(target, [5] * 4, 0.5), target, 0.5)
    best = []
    for _ in range(30):
        Q = np.linalg.qr(rng.normal(size=(5, 3)))[0]
        factors = balanced_factors(kept * Q @ Q.T, [5] * 4)
        best += [Q @ Q.T] if loss(factors, target, 0.5) < least + 1e-9 else []
    apart = [np.linalg.norm(P - R) for P, R in itertools.combinations(best, 2)]
    if len(best) == 30 and min(apart) > 1e-3:
        return "infinitely many"
    return "ten such products" if best else "No:"


def both_in_the_band() -> str:
    """Throw a million matrices, and compare with what the picture expects."""
    at = readout(matrix.darts, 3)
    p, q, r, s = np.random.default_rng(8).normal(size=(4, 1_000_000))
    total, difference = np.hypot(p + s, r - q), np.hypot(p - s, r + q)
    values = np.array([total + difference, abs(total - difference)]) / 2
    counts = [np.sum((abs(values - at) < w).all(axis=0)) for w in (0.2, 0.1)]
    expected = [readout(matrix.darts, 2, width=width) for width in (0.02, 0.01)]
    assert counts[0] / counts[1] == pytest.approx(expected[0] / expected[1], rel=0.15)
    return {2: "halved", 4: "quarter", 8: "eighth"}[round(expected[0] / expected[1])]


def turned_spectrum() -> str:
    """Turn the hidden layers of a minimizer, and of a stretched one."""
    target = np.diag([1.6, 1.0])
    W = minimizer_factors(target, [2] * 4, 0.3)
    rng, moved = np.random.default_rng(9), []
    for A in (np.eye(2), np.diag([1.4, 1 / 1.2])):
        network = [A @ W[0], W[1] @ np.linalg.inv(A), W[2]]
        P, Q = np.linalg.qr(rng.normal(size=(2, 2, 2)))[0]
        turned = [P @ network[0], Q @ network[1] @ P.T, network[2] @ Q.T]
        spectra = [np.linalg.eigvalsh(dense_hessian(f, target, 0.3)) for f in (network, turned)]
        moved.append(not np.allclose(*spectra, atol=1e-8))
    return {(0, 0): "Never.", (0, 1): "Never at the minimizer"}.get(tuple(moved), "Always")


def share_of_zeros() -> str:
    """Divide the zeros by all eigenvalues, once everything is fitted."""
    demo = spectrum.million
    share = readout(demo, 3, "all-fitted", depth=4) / readout(demo, 0, "all-fitted", depth=4)
    names = {0: "Hardly any", 3: "three eighths", 6: "three quarters"}
    return names[round(8 * share)]


def large_or_small() -> str:
    """Make one of six factors four times as large, and a fourth as large."""
    large, small = (readout(sharpness.rescale, 2, depth=6, scale=scale) for scale in (4, 0.25))
    if abs(large - small) < 1e-6:
        return "equally sharp"
    return "large factor" if large > small else "small factor"


def over_the_edge() -> str:
    """Descend from beside a minimum with a step a little over its edge."""
    u, v, c = 1.65, 1 / 1.65, 1.05
    step = 2 * c / (2 * (u**2 + v**2))
    start, w = np.array([u, v]), np.array([u, v]) + 1e-3 * np.array([v, u])
    sharp = lambda w: 2 * float(w @ w)  # noqa: E731
    for _ in range(5000):
        w = w - 2 * step * (w[0] * w[1] - 1) * w[::-1]
    if not np.isfinite(w).all():
        return "flies off"
    if abs(w[0] * w[1] - 1) > 1e-6:
        return "never rests"
    flatter = sharp(w) < 0.99 * sharp(start) and sharp(w) < 2 / step
    return "flatter" if flatter else "the same minimum"


TRUTHS: dict[str, Callable[[], str | float]] = {
    "a-hair": a_hair,
    "cheapest-basis": cheapest_basis,
    "who-settles-first": who_settles_first,
    "entry-price": entry_price,
    "red-point-arrives": red_point_arrives,
    "output-turn": output_turn,
    "inversions-of-a-swap": inversions_of_a_swap,
    "leap": leap,
    "kept-at-the-tie": kept_at_the_tie,
    "three-of-five": three_of_five,
    "both-in-the-band": both_in_the_band,
    "turned-spectrum": turned_spectrum,
    "share-of-zeros": share_of_zeros,
    "large-or-small": large_or_small,
    "over-the-edge": over_the_edge,
}


def judge(question: Question, truth: str | float) -> None:
    """Assert that the question marks the truth as right, and nothing else."""
    if isinstance(truth, float):
        assert question.number is not None
        value, slack = question.number
        assert abs(truth - value) <= slack / 4, f"{question.name}: {truth}, not {value}"
        return
    holding = [mark for mark, words in question.choices if truth in words]
    assert holding == ["x"], f"{question.name}: {truth!r} is true, and stands in {holding}"


def test_every_question_has_its_check() -> None:
    names = [question.name for question in QUESTIONS]
    assert sorted(names) == sorted(TRUTHS), "a question needs a function in TRUTHS"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_asks_twice(chapter: str) -> None:
    assert len([question for question in QUESTIONS if question.chapter == chapter]) >= 2


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_the_right_answer_is_right(question: Question) -> None:
    judge(question, TRUTHS[question.name]())


def test_a_wrong_mark_is_noticed() -> None:
    choices = [(" ", "It leaps."), ("x", "It slides.")]
    with pytest.raises(AssertionError, match="leaps"):
        judge(Question("leap", "", None, choices), "leaps")
    with pytest.raises(AssertionError, match="not 1.2"):
        judge(Question("number", "", (1.2, 0.03), []), 1.0)
