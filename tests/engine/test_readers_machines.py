"""What an explorable is does not depend on the reader's settings, console or front end."""

from __future__ import annotations

import base64
import re
import sys
import types
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from cycler import cycler
from explorable_cases import EVERY_MARK, declared, every_mark, explorable
from IPython.core.formatters import DisplayFormatter

from dmfbook.explorables.forms.page import figure, saved, styles
from dmfbook.explorables.forms.still import svg

WIDGET = "application/vnd.jupyter.widget-view+json"
HOSTILE = {
    "text.usetex": True,
    "font.family": ["fantasy"],
    "font.sans-serif": ["No Such Font"],
    "axes.prop_cycle": cycler(color=["#ffffff"]),
    "axes.xmargin": 0.5,
    "figure.dpi": 31.0,
    "savefig.dpi": 17.0,
    "savefig.bbox": "tight",
    "svg.fonttype": "path",
    "path.sketch": (9.0, 50.0, 7.0),
    "lines.solid_capstyle": "butt",
    "legend.loc": "lower left",
    "image.cmap": "jet",
    "image.origin": "lower",
    "xtick.direction": "in",
}


@pytest.fixture
def hostile_settings() -> Iterator[None]:
    """A session whose matplotlib is set to what no still should show."""
    with mpl.rc_context(HOSTILE):
        yield
        assert {name: mpl.rcParams[name] for name in HOSTILE} == HOSTILE


def test_a_still_does_not_follow_the_readers_matplotlibrc(hostile_settings: None) -> None:
    """The same bytes, and the reader's own settings are as before."""
    theirs = svg(every_mark())
    with mpl.rc_context():
        mpl.rcdefaults()
        assert theirs == svg(every_mark())
    with mpl.rc_context({"savefig.bbox": "tight"}):
        figure = every_mark().to_figure()
    assert figure.axes[0].xaxis.get_label().get_fontfamily() == ["sans-serif"]


class Tags(HTMLParser):
    """The names of all tags and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("name", [declared()[0], declared()[-1], EVERY_MARK])
def test_what_a_file_keeps_needs_no_script(name: str) -> None:
    """Picture and numbers, in tags that sanitizers let pass; nothing waits for a script."""
    demo = explorable(name)
    html = saved(demo)
    found = Tags(html)
    assert found.tags <= {"div", "p", "strong", "img", "table", "tbody", "tr", "th", "td"}
    assert found.attributes <= {"class", "src", "alt", "style", "scope"}
    (data,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    picture = ElementTree.fromstring(base64.b64decode(data))
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}path"))) > 5
    assert html.count("<tr>") == len(demo.sliders) + len(demo.readouts)


def test_a_bare_name_shows_in_colab(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colab loads the widget manager that an output's metadata names, and no widget without."""
    address = "https://example.org/manager.js"
    output = types.ModuleType("google.colab.output")
    output.enable_custom_widget_manager = lambda: None  # type: ignore[attr-defined]
    output._widgets = types.SimpleNamespace(_installed_url=address)  # type: ignore[attr-defined]
    demo = every_mark()
    monkeypatch.setenv("DMFBOOK_DISPLAY", "all")
    assert DisplayFormatter().format(demo)[1] == {}
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    data, metadata = DisplayFormatter().format(demo)
    assert data[WIDGET]["model_id"] == demo.to_widget().model_id
    assert metadata[WIDGET]["colab"]["custom_widget_manager"] == {"url": address}


def lab_rules() -> str:
    """Return the rules for what stands inside outputs in the installed JupyterLab's styles."""
    package = find_spec("jupyterlab")
    assert package is not None
    assert package.origin is not None
    rules: list[str] = []
    for script in Path(package.origin).parent.glob("static/jlab_core*.js"):
        text = script.read_text(encoding="utf-8")
        for found in re.finditer(r"\.jp-OutputArea-output [a-z]+\b", text):
            start, end = text.rfind("}", 0, found.start()), text.find("}", found.start())
            if end - start < 600 and "{" in text[start:end]:
                rules.append(text[start + 1 : end + 1])
    return "\n".join(dict.fromkeys(rules))


@pytest.mark.browser
def test_the_styles_of_jupyterlab_do_not_reach_into_ours(chromium: Any) -> None:
    """Every part of the widget's picture has its place and weight as without them."""
    rules = lab_rules()
    assert re.search(r"dt\s*\{[^}]*float", rules), "JupyterLab floats no terms any more"
    markup = figure(every_mark(), controls=False).replace("&nbsp;", "2.5")
    ours = styles()
    page = chromium.new_page(viewport={"width": 900, "height": 900})
    places = []
    for theirs in ("", rules):
        page.set_content(
            f"<style>{theirs}</style><style>{ours}</style>"
            f'<div class="jp-OutputArea-output"><div class="dmf-explorable">{markup}</div></div>'
        )
        places.append(
            page.evaluate(
                """() => [...document.querySelectorAll(".dmf-explorable *")].map((part) => {
                  const box = part.getBoundingClientRect();
                  const { fontWeight, fontSize, color } = getComputedStyle(part);
                  const name = `${part.tagName} ${part.getAttribute("class")}`;
                  return [name, box.x, box.y, box.width, box.height, fontWeight, fontSize, color];
                })"""
            )
        )
    page.close()
    assert len(places[0]) > 30
    assert [pair for pair in zip(*places, strict=True) if pair[0] != pair[1]] == []
