"""The answers to the questions of `factorization`, computed."""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import minimize

from dmfbook import gradient, pack, unpack


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
    before, after = np.random.default_rng(4).normal(size=(2, 2, 2))

    def ellipses(entries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        basis = entries.reshape(2, 2)
        written, read = basis @ before, after @ np.linalg.inv(basis)
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
    first = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]]) @ np.diag([1.5, 0.4])
    start, goal, widths = (
        pack([first, np.array([[0.9, 0.1], [-0.3, 0.5]])]),
        np.diag([2.0, 1]),
        (2,) * 3,
    )
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


TRUTHS = {
    "a-hair": a_hair,
    "cheapest-basis": cheapest_basis,
    "who-settles-first": who_settles_first,
}
