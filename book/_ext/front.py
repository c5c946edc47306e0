"""Sphinx extension: the front page, and the small pictures that stand for the chapters.

The front page opens with the explorable ``well``, drawn wide by ``front.js`` from the engine's
numbers. ``{chapters}`` lists the chapters with their pictures; which picture is whose stands in
``book/pictures.yml``.
"""

from __future__ import annotations

import re
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml  # type: ignore[import-untyped]
from docutils import nodes
from side_by_side import side_by_side
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PICTURES = Path(__file__).resolve().parents[1] / "pictures.yml"
#: The engine's scripts that the front page's picture needs.
SCRIPTS = ("explorables/axes.js", "explorables/scene.js", "front.js")
#: The picture before scripts run, and without them: a window 1280 wide, as front.js lays it out.
WIDTH, HEIGHT, ORIGIN, UNIT, LEVEL, RISE = 1280.0, 748.0, 550.4, 344.0, 374.0, 356.0
FIRST_TARGET = 1.42
NUMBERS = (
    *(
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
    ),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
)


@cache
def pictures() -> dict[str, dict[str, Any]]:
    """Return for each chapter which explorable, panel and setting is its picture, and its line."""
    found = yaml.safe_load(PICTURES.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@cache
def picture(chapter: str, width: float = 240, height: float = 150) -> str:
    """Return the picture of a chapter as SVG; nothing for a page that has none."""
    from dmfbook.explorables.forms.vignette import vignette

    about = pictures().get(chapter)
    if about is None:
        return ""
    demo = getattr(import_module(f"dmfbook.demos.{chapter}"), about["explorable"])
    chosen = {name: about[name] for name in ("panel", "values", "window") if name in about}
    return vignette(demo, **chosen, width=width, height=height)


class ChaptersDirective(SphinxDirective):
    """List the chapters with their pictures, in the order of the table of contents."""

    def run(self) -> list[nodes.Node]:
        """Return a place that is filled when all titles and numbers are known."""
        return [nodes.container(classes=["chapter-cards"])]


def fill_cards(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill the list of the chapters."""
    for place in list(doctree.findall(nodes.container)):
        if "chapter-cards" in place["classes"]:
            place.replace_self(nodes.raw("", cards(app, docname), format="html"))


def cards(app: Sphinx, docname: str) -> str:
    """Return the list of the chapters, as HTML."""
    items = []
    for page, numbers in app.env.toc_secnumbers.items():
        name = Path(page).name
        if not numbers.get("") or name not in pictures():
            continue
        number = ".".join(map(str, numbers[""]))
        address = app.builder.get_relative_uri(docname, page)
        items.append(
            (
                numbers[""],
                f'<li><a href="{address}">{picture(name)}<small>{number}</small> '
                f"<strong>{app.env.titles[page].astext()}</strong></a>"
                f"<p>{pictures()[name]['line']}</p></li>",
            )
        )
    return f'<ol class="cards">{"".join(item for _, item in sorted(items))}</ol>'


def first_picture() -> dict[str, str]:
    """Return the ground of the first picture, and where its marble lies, in the numbers of SVG."""
    from dmfbook.demos.scalar_uniqueness import well

    values = {"target": FIRST_TARGET, "regularization": 0.5, "depth": 3}
    _, line, winner, *_ = well.scene(values)["panels"][0]["marks"]
    places = [
        (ORIGIN + UNIT * x, max(LEVEL - RISE * y, -4000.0))
        for x, y in zip(line["x"], line["y"], strict=True)
    ]
    kept = [(x, y) for x, y in places if -200 < x < WIDTH + 200]
    x, y = ORIGIN + UNIT * winner["x"][0], LEVEL - RISE * winner["y"][0]
    path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in kept)
    return {
        "crest": path,
        "ground": f"{path}V{HEIGHT:g}H{kept[0][0]:.1f}Z",
        "marble": f"translate({x:.1f},{y:.1f})",
    }


def specification() -> str:
    """Return what the engine needs to compute the picture, as JSON for a script element."""
    from dmfbook.demos.scalar_uniqueness import well
    from dmfbook.explorables.forms.page import browser_specification, to_script_json

    return to_script_json(browser_specification(well))


def open_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Hand the picture to the layout: of the front page, or of the chapter."""
    if doctree is None:
        return
    if pagename == app.config.root_doc:
        count = sum(1 for numbers in app.env.toc_secnumbers.values() if numbers.get(""))
        context["chapters_in_words"] = NUMBERS[count]
        context["hero"] = {**first_picture(), "specification": specification()}
        # The title stands in the picture.
        context["body"] = re.sub(r"<h1>.*?</h1>", "", context["body"], count=1, flags=re.DOTALL)
        for script in SCRIPTS:
            app.add_js_file(script, loading_method="defer")
        app.add_css_file("front.css")
    else:
        context["opener"] = picture(Path(pagename).name, 320, 150)


def draw_cards(app: Sphinx, exception: Exception | None) -> None:
    """Draw what other sites show of a link: a picture for each chapter, and one for the book."""
    if exception is not None or app.builder.format != "html":
        return
    import dmfbook.explorables.forms.still  # noqa: F401  once, and not in every process

    folder = Path(app.outdir) / "_static/pictures"
    folder.mkdir(exist_ok=True)
    titles = {Path(page).name: title.astext() for page, title in app.env.titles.items()}
    drawn = [(name, name, titles[name]) for name in pictures() if name in titles]
    if drawn:
        front = Path(app.config.root_doc).name
        drawn.append((front, "scalar_uniqueness", str(app.config.html_title)))
    side_by_side(app, partial(draw_card, folder), drawn)


def draw_card(folder: Path, drawn: tuple[str, str, str]) -> None:
    """Draw a picture of the given name, of a chapter and below a title."""
    import matplotlib as mpl

    from dmfbook.explorables.forms.still import draw
    from dmfbook.explorables.labels import to_plain

    name, chapter, title = drawn
    about = pictures()[chapter]
    demo = getattr(import_module(f"dmfbook.demos.{chapter}"), about["explorable"])
    kept = dict(demo.values)
    demo.values = about.get("values", {})
    figure = draw(demo)
    demo.values = kept
    figure.suptitle(f"{title}\n", x=0.03, ha="left", fontsize=17, weight="bold")
    figure.supxlabel(to_plain(demo.title), x=0.97, ha="right", fontsize=9)
    figure.set_size_inches(8, 4.2)
    with mpl.rc_context({**mpl.rcParamsDefault, "backend": mpl.get_backend()}):
        figure.savefig(folder / f"{name}.png", dpi=150, metadata={"Software": None})


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_directive("chapters", ChaptersDirective)
    app.connect("doctree-resolved", fill_cards)
    app.connect("html-page-context", open_page)
    app.connect("build-finished", draw_cards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
