"""What a handle may be declared to be, and where a page speaks of it."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from explorable_cases import EVERY_MARK, explorable

from dmfbook.explorables import Axis, Explorable, Handle, Panel, Slider
from dmfbook.explorables.forms import still
from dmfbook.explorables.forms.page import element, saved

_a, _b, _c = sp.symbols("first second third")


def _demo(*handles: Handle) -> Explorable:
    return Explorable(
        name="handles",
        title="Handles",
        description="Some handles.",
        sliders=[Slider(s, s.name, f"slider {s}", 0, 1, 0.01, 0.5) for s in (_a, _b)],
        derived={_c: _a + 1},
        panels=[Panel(Axis("", 0, 1), Axis("", 0, 1), *handles)],
    )


def test_a_handle_says_what_it_moves() -> None:
    one, two = Handle(_a, 0, moves="first", snap=0.25), Handle((_a, _b), moves=("first", "second"))
    assert one.moves == ("first",)
    assert one.snap == [0.25]
    assert (two.x, two.y, two.moves) == (_a, _b, ("first", "second"))
    plans = _demo(one, two).specification["panels"][0]["marks"]
    assert [plan["moves"] for plan in plans] == [["first"], ["first", "second"]]


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: Handle(_a, _b, moves=()), "one slider, or two"),
        (lambda: Handle(_a, _b, moves=("first", "first")), "one slider, or two"),
        (lambda: Handle(_a, _b, moves=("first", "second"), snap=1), "only a handle of one slider"),
        (lambda: _demo(Handle(_a, _b, moves="missing")), "moves .*missing"),
        (
            lambda: _demo(Handle(_a, 0, moves="second")),
            "moves 'second', but its place does not depend",
        ),
    ],
)
def test_a_handle_that_cannot_be_dragged_is_refused(declare: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        declare()


def test_a_place_by_a_derived_value_names_what_it_needs() -> None:
    (plan,) = _demo(Handle(_c - 1, 0, moves="first")).specification["panels"][0]["marks"]
    assert plan["needs"] == [0]
    (plan,) = _demo(Handle(_a, 0, moves="first")).specification["panels"][0]["marks"]
    assert plan["needs"] == []


def test_only_what_is_alive_says_that_it_can_be_dragged() -> None:
    demo = explorable(EVERY_MARK)
    assert "can be dragged" in element(demo, still=False)
    assert "can be dragged" not in saved(demo)
    assert "can be dragged" not in str(demo)
    assert still.svg(demo).count("handle") > 0, "the legend of the still names the handle"
