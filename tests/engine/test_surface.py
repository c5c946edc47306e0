"""The surface: what it refuses, its numbers, how it is seen from a side, and its still image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from explorable_cases import every_mark

from dmfbook.explorables import (
    Axis,
    Explorable,
    Frames,
    HeatMap,
    Line,
    Panel,
    Points,
    Rule,
    Segments,
    Slider,
    Surface,
)
from dmfbook.explorables.forms import surface_still
from dmfbook.explorables.forms.relief import Relief

a, x, y = sp.symbols("a x y")
PLANE = (Axis("$x$", -2, 2), Axis("$y$", -1, 3))


def saddle(**changes: Any) -> Surface:
    """Return a surface, with some of its arguments replaced."""
    given: dict[str, Any] = {"value": a * x * y, "over": (x, y), "low": -4, "high": 5}
    given |= {"resolution": 7, **changes}
    return Surface(**given)


def raised(*marks: Any, axes: tuple[Axis, Axis] = PLANE, **panel: Any) -> Explorable:
    """Return an explorable of one panel with these marks."""
    return Explorable(
        name="raised",
        title="Raised",
        description="A saddle.",
        sliders=[Slider(a, "bend", "bend $a$", 0, 2, 0.1, 1)],
        panels=[Panel(*axes, *marks, **panel)],
    )


def relief(heights: Any, turn: tuple[float, float], **changes: Any) -> Relief:
    """Return a relief over the square from -1 to 1, from 0 to 1 high."""
    given: dict[str, Any] = {"x": (-1, 1), "y": (-1, 1), "z": (0, 1), **changes}
    return Relief(np.asarray(heights, dtype=float), turn=turn, **given)


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("over", x, "over must be two symbols, not x"),
        ("over", (x, 1), "over must be two symbols"),
        ("over", (x, x), "over must be two different symbols, not x twice"),
        ("turn", 30, "turn must be two angles in degrees, not 30"),
        ("turn", (30, 91), r"turn must be .* but is \(30, 91\)"),
        ("turn", (float("nan"), 30), "turn must be a finite angle"),
        ("resolution", 1, "resolution must be a whole number from 2 to 64, not 1"),
        ("resolution", 6.5, "resolution must be a whole number from 2 to 64, not 6.5"),
        ("resolution", 65, "resolution must be a whole number from 2 to 64, not 65"),
        ("rise", 0, "rise must be a positive number, not 0"),
        ("rise", float("inf"), "rise must be a positive number, not inf"),
        ("high", -4, "low must be below high, but low=-4 and high=-4"),
        ("levels", -1, "levels must be a list of heights or how many there are, not -1"),
        ("levels", 2.5, "levels must be a list of heights or how many there are, not 2.5"),
    ],
)
def test_bad_arguments_are_named(argument: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        saddle(**{argument: value})


def test_what_cannot_stand_with_a_surface_is_refused() -> None:
    frames = Frames(("bend",), ((0.0, 2.0),), {"wave": np.zeros((2, 3))})
    logarithmic = (Axis("$x$", 1, 2, scale="log"), PLANE[1])
    for marks, options, message in (
        ((Points(0, 0), saddle()), {}, "the first of a panel's marks"),
        ((saddle(), saddle()), {}, "Surface, Surface"),
        ((saddle(), Segments((0, 0), (1, 1))), {}, "this is a Segments"),
        ((saddle(), Rule(x=0)), {}, "this is a Rule"),
        ((saddle(), HeatMap(x, (x, y))), {}, "this is a HeatMap"),
        ((saddle(), Points(frames["wave"], frames["wave"])), {}, "a series of the frames"),
        ((saddle(),), {"axes": logarithmic}, "axis x of a surface must be linear, not 'log'"),
    ):
        with pytest.raises(ValueError, match=message):
            raised(*marks, **options)


def test_levels_may_be_counted() -> None:
    assert saddle(levels=2).levels == (-1, 2)
    assert saddle(levels=0).levels == ()
    assert saddle(levels=[0, a]).levels == [0, a]


def test_the_scene_holds_the_heights_of_the_grid_and_of_what_lies_on_it() -> None:
    demo = raised(
        saddle(levels=1),
        Line(x, x**2, parameter=x, samples=5),
        Points([(1, 2), (y_at := sp.Rational(1, 2), y_at)]),
    )
    surface, line, points = demo.scene({"bend": 0.5})["panels"][0]["marks"]
    across, up = np.linspace(-2, 2, 7), np.linspace(-1, 3, 7)
    brute = [[0.5 * p * q for p in across] for q in up]
    np.testing.assert_allclose(surface["value"].reshape(7, 7), brute, rtol=1e-14, atol=1e-14)
    assert (surface["low"], surface["high"], list(surface["levels"])) == (-4, 5, [0.5])
    np.testing.assert_allclose(line["z"], 0.5 * np.linspace(-2, 2, 5) ** 3, rtol=1e-14)
    np.testing.assert_allclose(points["z"], [1, 0.125], rtol=1e-15)


def test_coordinates_that_are_the_surfaces_own_symbols_do_not_mix() -> None:
    """On a surface over (x, y) the line (y, x) along x has the coordinates exchanged."""
    demo = raised(saddle(value=x - 10 * y), Line(x**2, x, parameter=x, samples=3))
    line = demo.scene()["panels"][0]["marks"][1]
    np.testing.assert_allclose(line["z"], line["x"] - 10 * line["y"])


def test_the_projection_has_known_values() -> None:
    box = {"x": (0, 4), "y": (0, 2), "z": (0, 1), "rise": 1.0}
    corner = (np.array(4.0), np.array(2.0), np.array(1.0))
    flat = np.zeros((2, 2))
    for turn, equal, expected in (
        ((0, 0), False, (1, 0.5)),  # from the front: x to the right, z up
        ((0, 90), False, (1, 1)),  # from above: the flat picture
        ((0, 90), True, (1, 0.5)),  # with equal units
        ((90, 0), False, (1, 0.5)),  # from the side of large x: y to the right
        ((180, 0), False, (-1, 0.5)),  # from behind
        ((45, 0), False, (np.sqrt(2), 0.5)),  # a corner leads
        ((0, 30), False, (1, 1 * 0.5 + 0.5 * np.sqrt(3) / 2)),
    ):
        seen = Relief(flat, **box, turn=turn, equal=equal).flat(*corner)  # type: ignore[arg-type]
        np.testing.assert_allclose(seen, expected, atol=1e-15, err_msg=str((turn, equal)))


def test_a_wall_hides_what_lies_behind_it_and_nothing_else() -> None:
    """Beyond a wall half as high as its box one sees the floor from a distance of cot 30 / 2."""
    n = 41
    heights = np.zeros((n, n))
    heights[n // 2] = 0.5  # along y = 0
    wall = relief(heights, (0, 30))
    place = np.linspace(-0.9, 0.95, 38)
    seen = wall.seen(np.zeros(38), place, np.zeros(38))
    shadow = 0.5 / np.tan(np.radians(30))
    clear = np.abs(place - 0) > 0.08  # not on the slopes of the wall itself
    clear &= np.abs(place - shadow) > 0.08
    np.testing.assert_array_equal(seen[clear], ((place < 0) | (place > shadow))[clear])
    assert not seen.all()
    assert relief(heights, (180, 30)).seen(np.zeros(1), np.array([-0.4]), np.zeros(1)) == [False]
    assert relief(heights, (0, 90)).seen(np.zeros(38), place, np.zeros(38)).all()


def test_what_is_cut_off_and_what_is_a_hole_hides_nothing() -> None:
    heights = np.zeros((21, 21))
    for removed in (5.0, np.inf, np.nan):
        heights[8:12] = removed
        over = relief(heights, (0, 20))
        assert over.seen(np.zeros(1), np.array([0.3]), np.zeros(1))[0]


def test_cells_are_painted_from_back_to_front() -> None:
    values = np.random.default_rng(0).uniform(0.1, 0.9, (6, 6))
    for turn in ((20, 30), (110, 50), (200, 10), (300, 70)):
        seen = relief(values, turn)
        middles = [p.corners[:, :2].mean(axis=0) for p in seen.pieces([]) if p.kind == "face"]
        assert len(middles) == 25
        order = {tuple(np.round(middle, 9)): k for k, middle in enumerate(middles)}
        ahead = np.array(seen.toward)
        for middle in middles:
            for step in (np.array([0.4, 0.0]), np.array([0.0, 0.4])):
                nearer = tuple(np.round(middle + step * np.sign(ahead @ step), 9))
                if nearer in order:
                    assert order[nearer] > order[tuple(np.round(middle, 9))]


def test_faces_end_at_the_box_and_levels_lie_on_the_surface() -> None:
    grid = np.linspace(-1, 1, 21)
    heights = grid[None, :] ** 2 + grid[:, None] ** 2
    heights[3, 4] = np.nan
    bowl = relief(heights, (35, 30), z=(0.1, 0.8))
    pieces = list(bowl.pieces([0.4, 7.0]))
    faces = [p for p in pieces if p.kind == "face"]
    for piece in faces:
        assert (piece.corners[:, 2] >= 0.1 - 1e-12).all()
        assert (piece.corners[:, 2] <= 0.8 + 1e-12).all()
        assert 0 <= piece.share <= 1
        assert 0 <= piece.light <= 1
    # The ring between the two circles, less at most the four cells at the hole.
    area = sum(abs(_area(p.corners)) for p in faces)
    assert np.pi * 0.7 - 4 * 0.01 <= area + 0.02 <= np.pi * 0.7 + 0.04
    for kind, height in (("level", 0.4), ("rim", None)):
        ends = np.concatenate([p.corners for p in pieces if p.kind == kind])
        radii = np.hypot(ends[:, 0], ends[:, 1])
        expected = np.sqrt(ends[:, 2])
        np.testing.assert_allclose(radii, expected, atol=0.02)
        assert height is None or np.allclose(ends[:, 2], height)
    assert {p.kind for p in pieces} == {"face", "level", "rim"}, "the rim lies inside the square"


def _area(corners: np.ndarray) -> float:
    px, py = corners[:, 0], corners[:, 1]
    return float(px @ np.roll(py, -1) - py @ np.roll(px, -1)) / 2


def test_a_line_is_cut_at_the_box_and_split_where_it_is_hidden() -> None:
    heights = np.zeros((41, 41))
    heights[20] = 0.5
    wall = relief(heights, (0, 30))
    along = np.linspace(-2, 2, 81)
    before, behind = wall.traced(0 * along, along, 0.5 * (np.abs(along) < 1e-9))
    assert len(before) == 2
    assert len(behind) == 1
    ends = wall.flat(np.zeros(2), np.array([-1.0, 1.0]), np.zeros(2))
    np.testing.assert_allclose(before[0][:, 0], [ends[0][0], ends[1][0]], atol=1e-8)
    np.testing.assert_allclose(before[1][:, -1], [ends[0][1], ends[1][1]], atol=1e-8)
    np.testing.assert_array_equal(before[0][:, -1], behind[0][:, 0])
    assert wall.traced(along, along + 5, along) == ([], [])


def test_the_underside_is_told_from_the_upper_side() -> None:
    """Of a steep roof with the ridge across the view, the far half shows nothing but below it."""
    slope = np.repeat(np.linspace(1, 0, 9)[:, None], 9, axis=1)  # falls away from the viewer
    assert all(p.under for p in relief(slope, (0, 10)).pieces([]) if p.kind == "face")
    assert not any(p.under for p in relief(slope, (180, 10)).pieces([]) if p.kind == "face")
    assert not any(p.under for p in relief(slope, (0, 60)).pieces([]) if p.kind == "face")


def test_the_still_draws_the_surface_and_what_lies_on_it_by_the_projection() -> None:
    demo = raised(
        saddle(turn=(25, 90)), Points(1, 2, pen="red", label="here"), Line(x, x, parameter=x)
    )
    axes = demo.to_figure().axes[0]
    (faces,) = axes.collections
    assert len(faces.get_paths()) > 36
    red = [line for line in axes.lines if line.get_label() == "here"]
    about = np.radians(25)
    # From above, the point (1, 2) of the ranges (-2, 2) and (-1, 3) is at (0.5, 0.5), turned.
    np.testing.assert_allclose(
        [red[0].get_xdata()[0], red[0].get_ydata()[0]],
        [0.5 * (np.cos(about) + np.sin(about)), 0.5 * (np.cos(about) - np.sin(about))],
        atol=1e-12,
    )
    words = {text.get_text() for text in axes.texts}
    assert {"x", "y"} <= words
    assert {"-2", "0", "2"} <= words


def test_the_still_draws_hidden_points_faintly_and_no_others() -> None:
    hill = sp.exp(-4 * (x**2 + (y - 1) ** 2))
    demo = raised(
        saddle(value=hill, low=0, high=1, resolution=33, turn=(0, 20)),
        Points([(0, 2), (0, 0), (9, 9)], pen="red", label="two"),
    )
    axes = demo.to_figure().axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert sorted((line.get_alpha() or 1, len(line.get_xdata())) for line in dots) == [
        (0.3, 1),
        (1, 1),
    ]


def test_a_surface_that_is_not_shown_leaves_its_box() -> None:
    demo = raised(saddle(when=a > 1), Points(0, 0, pen="red"))
    assert demo.scene()["panels"][0]["marks"][0] == {"hidden": True}
    axes = demo.to_figure().axes[0]
    assert not axes.collections
    assert not [line for line in axes.lines if line.get_marker() == "o"]
    assert "2" in {text.get_text() for text in axes.texts}


def test_the_page_tells_that_it_turns_and_what_it_shows() -> None:
    markup = every_mark().to_html(still=False)
    assert markup.count("dmf-surface") == 1
    assert (
        'aria-label="Every mark a. raised. h over x and y. Turn it with the arrow keys"' in markup
    )
    assert surface_still.edge_name(Axis("first factor $w_1$", 0, 1)) == "$w_1$"
    assert surface_still.edge_name(Axis("steps", 0, 1)) == "steps"
