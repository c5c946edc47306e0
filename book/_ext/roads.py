"""Sphinx extension: ways through a chapter, counted and marked.

``{roads} Play; Statement`` stands at a chapter's beginning and names the sections of its short
road. It becomes two lines, the short road and the full one, each with the time that it takes: so
many words a minute, and so many minutes for each picture, ``:play:``. Exercises with their
solutions, code and what is folded are not counted, and asides on neither road.

A section or a paragraph that begins with *Aside* is marked as one that may be skipped. A proof of
four steps or more, sections that are called *Step*, begins with a list of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import directives
from folds import fold
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import is_exercise_node, is_solution_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

WORDS_A_MINUTE = 120
MINUTES_OF_A_PICTURE = 3
# A display is read slower than a word: as slowly as a sentence.
WORDS_OF_A_DISPLAY = 20
_ASIDE = re.compile(r"(?:an )?aside\b", re.IGNORECASE)
_STEP = re.compile(r"Step (\d+): ")
_LONG_PROOF = 4
_log = logging.getLogger(__name__)


class roads(nodes.General, nodes.Element):  # noqa: N801, as docutils names nodes
    """Where the roads of a chapter will be listed, once its sections are known."""


class RoadsDirective(SphinxDirective):
    """List the roads of a chapter; the argument names the sections of the short one."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"play": directives.positive_int}  # noqa: RUF012, as docutils has it

    def run(self) -> list[nodes.Node]:
        """Return the place where the roads will be listed."""
        named = [title.strip() for title in self.arguments[0].split(";")]
        place = roads("", short=named, play=self.options.get("play", MINUTES_OF_A_PICTURE))
        self.set_source_info(place)
        return [place]


def title_of(section: nodes.Element) -> nodes.title:
    """Return the title of a section."""
    return next(child for child in section.children if isinstance(child, nodes.title))


def titled(node: nodes.Element) -> list[nodes.section]:
    """Return the sections in a node; what extensions put into a section without a title is none."""
    return [
        section
        for section in node.findall(nodes.section)
        if any(isinstance(child, nodes.title) for child in section.children)
    ]


def passages(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield a node and all below it that is read on the way: not what is folded or skipped."""
    if isinstance(node, fold | nodes.comment | roads) or is_exercise_node(node):
        return
    if is_solution_node(node) or "aside" in getattr(node, "attributes", {}).get("classes", []):
        return
    yield node
    if not isinstance(node, nodes.math | nodes.math_block | nodes.literal_block | nodes.raw):
        for child in node.children:
            yield from passages(child)


def minutes(parts: list[nodes.Node], play: int) -> int:
    """Return the time for some parts of a page, in steps of five minutes."""
    words = pictures = 0
    for part in parts:
        for node in passages(part):
            if isinstance(node, nodes.Text):
                words += len(node.astext().split())
            elif isinstance(node, nodes.math):
                words += 1
            elif isinstance(node, nodes.math_block):
                words += WORDS_OF_A_DISPLAY
            elif isinstance(node, nodes.raw) and "<dmf-explorable" in node.astext():
                pictures += 1
    return max(5, 5 * round((words / WORDS_A_MINUTE + pictures * play) / 5))


def link(section: nodes.Element) -> nodes.reference:
    """Return a link to a section of the same page, with its title."""
    reference = nodes.reference("", "", internal=True, refid=section["ids"][0])
    reference += [child.deepcopy() for child in title_of(section).children]
    return reference


def list_roads(doctree: nodes.document) -> None:
    """Put the two roads where a chapter asks for them, and mark the sections of the short one."""
    sections = {title_of(section).astext(): section for section in titled(doctree)}
    for place in list(doctree.findall(roads)):
        missing = [title for title in place["short"] if title not in sections]
        if missing:
            _log.warning("no section is called %s", ", ".join(missing), location=place)
            place.parent.remove(place)
            continue
        short = [sections[title] for title in place["short"]]
        line = nodes.paragraph("", "", nodes.strong("", "The short road"))
        line += nodes.Text(f", about {minutes(short, place['play'])} minutes: ")
        for number, section in enumerate(short):
            line += [nodes.Text(", ")] if number else []
            line += link(section)
            section["classes"].append("short-road")
        line += nodes.Text(".")
        whole = nodes.paragraph("", "", nodes.strong("", "The full one"))
        time = minutes(doctree.children, place["play"])
        whole += nodes.Text(f", about {time} minutes: every section but asides and exercises.")
        place.replace_self(nodes.container("", line, whole, classes=["roads"]))


def mark_asides(doctree: nodes.document) -> None:
    """Mark what may be skipped, and say so once at each."""
    for section in titled(doctree):
        title = title_of(section)
        if _ASIDE.match(title.astext()):
            section["classes"].append("aside")
            words = "An aside: you may skip it, nothing later needs it."
            place = section.index(title) + 1
            section.insert(place, nodes.paragraph("", words, classes=["aside-kind"]))
    for paragraph in list(doctree.findall(nodes.paragraph)):
        first = paragraph.children[0] if paragraph.children else None
        if isinstance(first, nodes.emphasis) and _ASIDE.match(first.astext()):
            box = nodes.container("", classes=["aside"])
            kind = nodes.paragraph("", "An aside. You may skip it.", classes=["aside-kind"])
            if first.astext().endswith("."):  # it is the title, and is said once
                kind = nodes.paragraph("", f"{first.astext()} You may skip it.")
                kind["classes"].append("aside-kind")
                paragraph.remove(first)
            passage = aside_passage(paragraph)
            paragraph.replace_self(box)
            for node in passage[1:]:
                node.parent.remove(node)
            box += [kind, *passage]


def aside_passage(paragraph: nodes.paragraph) -> list[nodes.Node]:
    """Return the paragraph with what belongs to it: displays, cells, and text that goes on."""
    siblings = paragraph.parent.children
    passage: list[nodes.Node] = [paragraph]
    for node in siblings[siblings.index(paragraph) + 1 :]:
        goes_on = isinstance(node, nodes.paragraph) and node.astext()[:1].islower()
        display = isinstance(node, nodes.math_block)
        cell = isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"
        if not (goes_on or display or cell):
            break
        passage.append(node)
    return passage


def name_steps(doctree: nodes.document) -> None:
    """Begin a long proof with its steps."""
    for section in titled(doctree):
        inner = [child for child in titled(section) if child.parent is section]
        steps = [child for child in inner if _STEP.match(title_of(child).astext())]
        if len(steps) < _LONG_PROOF:
            continue
        items = [nodes.list_item("", nodes.paragraph("", "", link(step))) for step in steps]
        box = nodes.container("", nodes.bullet_list("", *items), classes=["proof-steps"])
        section.insert(section.index(title_of(section)) + 1, box)


def show_ways(app: Sphinx, doctree: nodes.document) -> None:
    """Mark asides, list steps and roads, in this order: the roads leave asides out."""
    mark_asides(doctree)
    list_roads(doctree)
    name_steps(doctree)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx: after cells have been folded."""
    app.setup_extension("folds")
    app.add_node(roads)
    app.add_directive("roads", RoadsDirective)
    app.connect("doctree-read", show_ways, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
