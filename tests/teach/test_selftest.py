"""The self-test before the course: right options are right, wrong ones wrong, all explained."""

from __future__ import annotations

import numpy as np
import pytest

from teach._tools import assessments, papers, references

ITEMS = {item["id"]: item for item in assessments.selftest()["items"]}


def names() -> dict[str, object]:
    """Return what the conditions of the options may use."""
    rng = np.random.default_rng(0)
    a, b, c = (rng.standard_normal((3, 3)) for _ in range(3))
    x, y = rng.standard_normal(3), rng.standard_normal(3)

    def slope() -> list[float]:
        size = 1e-6
        value = lambda z: np.sum((a @ z - y) ** 2)  # noqa: E731
        return [(value(x + size * e) - value(x - size * e)) / (2 * size) for e in np.eye(3)]

    def bends(eigenvalues: set[float]) -> str:
        if min(eigenvalues) > 0:
            return "minimum"
        return "saddle" if min(eigenvalues) < 0 < max(eigenvalues) else "unknown"

    def convex(p: float) -> bool:
        middle = [
            ((u + v) / 2) ** p <= (u**p + v**p) / 2 + 1e-12 for u in (1, 2, 7) for v in (3, 5)
        ]
        return all(middle)

    def descend(z: float) -> float:
        for _ in range(2000):
            z -= 0.01 * (4 * z**3 - 4 * z + 0.5)
        return z

    return {
        "np": np,
        "rank": np.linalg.matrix_rank,
        "norm": np.linalg.norm,
        "normal": lambda *shape: rng.standard_normal(shape),
        "Q": np.linalg.qr(a)[0],
        **{"A": a, "B": b, "C": c, "x": x, "b": y},
        **{"slope": slope, "bends": bends, "convex": convex, "descend": descend},
    }


@pytest.mark.parametrize("item", ITEMS)
def test_right_is_right_and_wrong_is_wrong(item: str) -> None:
    """The condition of an option holds exactly if it is the right one."""
    known = names()
    if item == "pr-means":
        known |= {"a": 0, "b": 0}
    for option in ITEMS[item]["options"]:
        assert bool(eval(option["holds"], known)) == option.get("right", False), option["text"]


def test_it_is_as_long_as_it_says() -> None:
    """Twelve items, three options each, so no place is favored by much."""
    assert len(ITEMS) == 12
    places = [
        [option.get("right", False) for option in papers.shuffled(item)].index(True)
        for item in ITEMS.values()
    ]
    assert all(2 <= places.count(place) <= 6 for place in range(3))


def test_remedies_in_the_book_exist() -> None:
    """A page of the book, with that section in its text."""
    for item in ITEMS.values():
        page = item["remedy"].get("page")
        if page:
            name, _, section = page.partition("#")
            chapter = name.removeprefix("book/").removesuffix(".html")
            heads = [
                line.lstrip("# ").lower().replace(",", "").replace(" ", "-")
                for line in references.text(chapter).splitlines()
                if line.startswith("#")
            ]
            assert section in heads
