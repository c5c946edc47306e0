"""The engine of the explorables: what is compiled, refused, computed and shown."""

from __future__ import annotations

import json
import re

import ipywidgets
import numpy as np
import pytest
import sympy as sp
from browser import ROOT
from explorable_cases import EVERY_MARK, declared, every_mark, explorable
from tiers import one_of_each_chapter

from dmfbook.explorables import (
    Axis,
    Explorable,
    Frames,
    Line,
    Panel,
    Points,
    Readout,
    Segments,
    Setting,
    Slider,
    UnknownNameError,
    Verdict,
    along,
)
from dmfbook.explorables.labels import to_html, to_plain

a, x = sp.symbols("a x")
SOME = one_of_each_chapter(declared(), "forms")


def small(**changes: object) -> Explorable:
    """Return a one-line explorable, with some of its arguments replaced."""
    arguments: dict[str, object] = {
        "name": "line",
        "title": "A line",
        "description": "It rises.",
        "sliders": [Slider(a, "slope", "slope $a$", 0, 2, 0.1, 1)],
        "panels": [
            Panel(
                Axis("$x$", 0, 1),
                Axis("$y$", 0, 2),
                Line(a * x, parameter=x),
            )
        ],
    }
    return Explorable(**{**arguments, **changes})  # type: ignore[arg-type]


def test_names_and_ranges_are_checked() -> None:
    with pytest.raises(UnknownNameError, match="unheard_of"):
        small(readouts=[Readout("r", sp.Symbol("unheard_of"))])
    with pytest.raises(ValueError, match="lower-case"):
        small(name="A Line")
    with pytest.raises(ValueError, match="description"):
        small(description=" ")
    with pytest.raises(ValueError, match="low < high"):
        Slider(a, "slope", "a", 1, 1, 0.1, 1)
    with pytest.raises(ValueError, match="logarithmic"):
        Slider(a, "slope", "a", 0, 1, 0.1, 1, scale="log")
    with pytest.raises(ValueError, match=r"needs a word in its label, which is '\$a\$'"):
        Slider(a, "slope", "$a$", 0, 1, 0.1, 1)
    with pytest.raises(ValueError, match="cannot be named 'setting'"):
        Slider(a, "setting", "setting", 0, 1, 0.1, 1)
    with pytest.raises(ValueError, match="setting up needs a word"):
        Setting("up", "$a$", slope=1)
    with pytest.raises(ValueError, match="different symbols"):
        small(derived={a: 1})
    with pytest.raises(ValueError, match="moves"):
        small(settings=[Setting("up", "up", height=1)])
    with pytest.raises(ValueError, match="shape"):
        Frames(("slope",), ((0.0, 1.0),), {"wave": np.zeros((3, 4))})
    with pytest.raises(ValueError, match="finite"):
        Frames(("slope",), ((0.0,),), {"wave": np.full((1, 2), np.nan)})


def test_values_are_read_and_set_and_clamped() -> None:
    demo = every_mark()
    demo.values["size"] = 7
    demo.values = {"steps": 3.4}
    assert demo.values == {"size": 2.0, "steps": 3.0, "decade": 1.0}
    demo.apply("one")
    assert demo.values["size"] == 1.0
    demo.values["size"] = 0.4
    demo.apply("mirrored")
    assert demo.values["size"] == pytest.approx(0.9)  # from the declared 1.2, not from 0.4
    demo.reset()
    assert demo.values == {"size": 1.2, "steps": 12.0, "decade": 1.0}
    with pytest.raises(KeyError, match="no slider 'height'; there are size, steps, decade"):
        demo.values["height"] = 1
    with pytest.raises(KeyError, match="no setting 'up'"):
        demo.apply("up")
    with pytest.raises(KeyError, match="no slider 'siez'"):
        demo.scene({"siez": 1})
    assert isinstance(demo.values["size"], float)


@pytest.mark.parametrize("wrong", [float("nan"), "wide", None, [1, 2]])
def test_what_is_no_number_is_refused_and_moves_nothing(wrong: object) -> None:
    demo = every_mark()
    for name in demo.values:
        with pytest.raises(ValueError, match=f"slider '{name}' takes a number from .* to .*, not"):
            demo.values[name] = wrong  # type: ignore[assignment]
    with pytest.raises(KeyError, match="no slider 'height'"):
        demo.values = {"size": 0.5, "height": 1}
    assert demo.values == {"size": 1.2, "steps": 12.0, "decade": 1.0}


def test_the_scene_holds_the_formulas_numbers() -> None:
    scene = every_mark().scene({"size": 1.44, "steps": 4})
    marks = scene["panels"][0]["marks"]
    np.testing.assert_allclose(marks[4]["x"], [1.2], rtol=1e-15)
    assert len(marks[5]["x"]) == 4
    assert len(marks[9]["x"]) == 5
    assert marks[6] == {"x": pytest.approx(1.2)}
    assert every_mark().scene({"size": 0.5})["panels"][0]["marks"][6] == {"hidden": True}
    assert scene["readouts"][3] == {"text": "large, $a \\ge 1$"}
    assert every_mark().scene({"size": 0.5})["readouts"][1] == {"text": "none, for $a \\le 1$"}
    bars = scene["panels"][1]["marks"][1]
    np.testing.assert_allclose(bars["heights"], np.sin(1.525 * np.arange(6)), rtol=1e-6)


def test_a_setting_sets_numbers_first_and_computes_with_them() -> None:
    b = sp.Symbol("b")
    demo = small(
        sliders=[
            Slider(a, "first", "first", 0, 9, 1, 2),
            Slider(b, "second", "second", 0, 9, 1, 5),
        ],
        settings=[Setting("double", "double", first=2 * b, second=4)],
    )
    assert demo.program.setting("double", {"first": 0, "second": 1}) == {"first": 8, "second": 4}


def test_an_orbit_that_runs_away_ends_early() -> None:
    demo = every_mark()
    step = sp.Symbol("steps_taken")
    assert demo.scene({"size": 2, "steps": 30})["panels"][0]["marks"][9]["x"].size <= 31
    assert step not in demo.program._compiler.names


def test_names_of_functions_stand_apart() -> None:
    """As TeX sets them: between numbers and letters, and not before a bracket or after a sign."""
    space = '<mspace width="0.167em" />'
    assert f"<mn>2</mn>{space}<mi>log</mi>{space}<mi>m</mi>" in to_html(r"$2\log m$")
    assert f"</msub>{space}<msup>" in to_html(r"$\log_2 b^2$")
    assert space not in to_html(r"$\log_2 (a)$")
    assert f"</mo><mi>min</mi>{space}<mi>F</mi>" in to_html(r"$F - \min F$")
    assert space not in to_html(r"$\lambda_{\max}$")


def test_a_legend_says_a_thing_once_and_ends_with_what_may_be_absent() -> None:
    now_and_then = Line(a + x, parameter=x, label="now and then", pen="red", when=a > 1)
    always = Line(a * x, parameter=x, label="always")
    panel = Panel(Axis("$x$", 0, 1), Axis("$y$", 0, 2), now_and_then, always)
    element = small(panels=[panel, panel]).to_html(still=False)
    entries = re.findall(r'<li data-mark="([^"]*)">.*?<span>(.*?)</span>', element)
    assert entries == [("0,1 1,1", "always"), ("0,0 1,0", "now and then")]


def test_labels_in_html_and_in_words() -> None:
    assert to_html("a < b") == "a &lt; b"
    assert "<math" in to_html(r"size $\lambda$")
    assert to_plain(r"the minimizer $x^\star$, $\frac{m}{L}$") == "the minimizer x*, m/L"
    assert to_plain(r"$\frac{a + b}{2} \perp \tfrac12 \psi$") == "(a + b)/2 ⊥ 1/2 ψ"
    assert to_plain(r"$\sqrt a$") == "√ a"
    assert to_plain(r"$\|A\|_F$, $\lambda_{\max}$, $0.9\, r$") == "‖A‖_F, λ_max, 0.9 r"
    with pytest.raises(ValueError, match=r"no plain word is known for \\unheard"):
        to_plain(r"a $\unheard$")
    with pytest.raises(ValueError, match="pair its dollar signs"):
        to_html("five $ only")


def test_the_widget_follows_python_and_python_follows_the_widget() -> None:
    demo = every_mark()
    widget = demo.to_widget()
    picture, size_row = widget.children[0], widget.children[1]
    slider = size_row.children[0]
    demo.values["size"] = 0.75
    assert slider.value == 0.75
    assert picture.values["size"] == 0.75
    slider.value = 1.5
    assert demo.values["size"] == 1.5
    assert picture.values["size"] == 1.5
    picture.values = {**picture.values, "size": 0.9}
    assert slider.value == 0.9
    play = widget.children[2].children[1]
    assert isinstance(play, ipywidgets.Play)
    play.value = 5
    assert demo.values["steps"] == 5
    reset = widget.children[-1].children[-1]
    reset.click()
    assert demo.values["size"] == 1.2
    assert play.value == 12


def test_several_values_change_as_one() -> None:
    demo = every_mark()
    picture = demo.to_widget().children[0]
    heard: list[dict[str, float]] = []
    shown: list[dict[str, float]] = []
    demo.values.listen(lambda changes: heard.append(dict(changes)))
    picture.observe(lambda change: shown.append(change["new"]), "values")
    demo.values = {"size": 0.5, "steps": 12, "decade": 0.01}
    assert heard == [{"size": 0.5, "decade": 0.01}]
    assert shown == [{"size": 0.5, "steps": 12, "decade": 0.01}]
    demo.values.update({"size": 0.6}, steps=4)
    demo.apply("one")
    assert heard[1:] == [{"size": 0.6, "steps": 4}, {"size": 1, "steps": 12, "decade": 1}]
    with pytest.raises(ValueError, match="takes a number"):
        demo.values = {"size": 0.7, "steps": float("nan")}
    assert len(heard) == len(shown) == 3
    assert demo.values["size"] == 1


def test_the_still_can_be_left_out() -> None:
    demo = every_mark()
    assert "<noscript" in demo.to_html(still=False)
    assert len(demo.to_html(still=False)) < len(demo.to_html()) - 10_000
    first = demo.to_html()
    demo.values["size"] = 0.5
    assert demo.to_html() != first, "an old picture is kept"


def test_coordinates_may_be_given_one_by_one_or_as_pairs() -> None:
    pair = (a, x)
    assert Line(a) == Line(along, a)
    assert Line(pair) == Line(a, x)
    assert Points(pair) == Points(a, x)
    assert Points([(a, 1), (x, 2)]) == Points([a, x], [1, 2])
    assert Segments((0, 1), pair) == Segments(0, 1, a, x)
    assert Segments([(0, 1), (2, 3)], [pair, pair]) == Segments([0, 2], [1, 3], [a, a], [x, x])


def test_a_demo_has_one_widget_however_often_it_is_shown() -> None:
    demo = every_mark()
    widget = demo.to_widget()
    for _ in range(3):
        demo._repr_mimebundle_()
    assert demo.to_widget() is widget
    widget.close()
    demo._repr_mimebundle_()
    assert demo.to_widget() is not widget


@pytest.mark.parametrize(
    ("slider", "expected"),
    [
        (Slider(a, "slope", "slope", 0.02, 2, 1, 0.03, scale="log", play=True), [0.2, 2]),
        (Slider(a, "slope", "slope", 0, 2, 0.05, 0.52, play=True), [0.55, 0.6]),
    ],
)
def test_play_goes_on_from_where_the_slider_stands(slider: Slider, expected: list[float]) -> None:
    demo = small(sliders=[slider])
    play = demo.to_widget().children[1].children[1]
    assert demo.values["slope"] == slider.value
    for value in expected:
        play.value += 1
        assert demo.values["slope"] == pytest.approx(value)
    play.value = play.max
    assert demo.values["slope"] == 2
    demo.reset()
    assert demo.values["slope"] == slider.value


def test_a_still_has_the_words_of_rules_and_the_heads_of_arrows() -> None:
    axes = every_mark().to_figure().axes[0]
    assert "± 1" in [text.get_text() for text in axes.texts]
    assert any(getattr(text, "arrow_patch", None) for text in axes.texts)


def test_a_still_names_the_bars_of_every_mark() -> None:
    axes = explorable("collapse.ranks").to_figure().axes[1]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["none", "1st", "2nd", "both"]


def test_a_still_with_shades_has_equal_units_where_they_are_asked_for() -> None:
    shaded, bars, *_ = every_mark().to_figure().axes
    assert shaded.get_aspect() == 1
    assert bars.get_aspect() == "auto"


@pytest.mark.parametrize(
    ("display", "forms"),
    [
        ("text", {"text/plain"}),
        ("static", {"text/plain", "text/html"}),
        ("all", {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}),
    ],
)
def test_a_cell_shows_the_forms_asked_for(
    display: str, forms: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DMFBOOK_DISPLAY", display)
    bundle, _ = every_mark()._repr_mimebundle_()
    assert set(bundle) == forms
    assert "root: 1.09545" in bundle["text/plain"]


def test_the_static_element_is_the_same_on_every_run() -> None:
    assert every_mark().to_html() == every_mark().to_html()


@pytest.mark.parametrize("name", [*SOME, EVERY_MARK])
def test_the_forms_of_an_explorable(name: str) -> None:
    demo = explorable(name)
    element = demo.to_html(still=False)
    spec = re.search(r'class="dmf-spec">(.*?)</script>', element, re.DOTALL)
    assert spec is not None
    assert json.loads(spec.group(1))["name"] == demo.name
    for slider in demo.sliders:
        assert f'<label for="{demo.name}-{slider.name}">' in element
    for panel in demo.panels:
        for mark in panel.marks:
            for _, text in mark.fields("words"):
                for label in (text,) if isinstance(text, str) else text:
                    to_plain(label)  # refuses a command that it has no word for
    for verdict in (r for r in demo.readouts if isinstance(r, Verdict)):
        assert all(to_plain(text) for _, text in verdict.cases)
    spoken = re.findall(r'<input [^>]*aria-label="([^"]+)"', element)
    assert len(set(spoken)) == len(demo.sliders), f"sliders of {name} sound alike: {spoken}"
    assert not re.search(r"<button(?![^>]*aria-label)[^>]*>[^/]*<math", element)


@pytest.mark.parametrize("name", [*one_of_each_chapter(declared(), "still"), EVERY_MARK])
def test_the_still_of_an_explorable(name: str) -> None:
    element = explorable(name).to_html()
    still = element[element.index("<noscript") : element.index("</noscript>")]
    assert 'role="img"' in still
    assert "aria-label=" in still
    assert not re.search(r"\bnan\b", still, re.IGNORECASE)


@pytest.mark.parametrize("name", [EVERY_MARK, *SOME])
def test_any_stream_can_print_an_explorable(name: str) -> None:
    """On Windows a stream that is no console has the code page of the system: none has less."""
    demo = explorable(name)
    printed = f"{demo} {demo!r} {demo.values}"
    assert printed.isascii()
    # A question mark stands for what has no name; a title has one of its own.
    assert printed.count("?") == demo.title.count("?")


@pytest.mark.parametrize("key", SOME)
def test_an_explorable_has_one_name(key: str) -> None:
    """Its file, its variable and its name, which stands in addresses, agree."""
    chapter, variable = key.split(".")
    assert explorable(key).name == variable.replace("_", "-")
    assert (ROOT / f"dmfbook/demos/{chapter}/{variable}.py").is_file()


@pytest.mark.parametrize("key", SOME)
def test_no_setting_is_the_one_in_which_an_explorable_opens(key: str) -> None:
    demo = explorable(key)
    opening = {slider.name: slider.value for slider in demo.sliders}
    same = [s.name for s in demo.settings if demo.program.setting(s.name, opening) == opening]
    assert same == []


def test_a_series_that_no_frames_hold_is_refused() -> None:
    frames = Frames(("slope",), ((0.0, 2.0),), {"wave": np.zeros((2, 3))})
    points = Points(frames["wave"], frames["wave"])
    with pytest.raises(ValueError, match="no frames"):
        small(panels=[Panel(Axis("x", 0, 1), Axis("y", 0, 1), points)])


@pytest.mark.parametrize("pen", ["pink", "blue red", "dashed dotted", "2 3", "blue -1"])
def test_a_pen_that_cannot_be_understood_is_refused(pen: str) -> None:
    with pytest.raises(ValueError, match="a pen tells at most one colour"):
        _ = Points(0, 0, pen=pen).colour


def test_a_pen_tells_its_parts_in_any_order() -> None:
    mark = Points(0, 0, pen="2.5 dotted red")
    assert (mark.colour, mark.dash, mark.width) == ("red", "dotted", 2.5)
    assert (Points(0, 0).colour, Points(0, 0).dash, Points(0, 0).width) == ("blue", "solid", 2.0)
