r"""Sphinx extension: questions that a reader may answer before the page does.

::

    :::{predict} leap
    :shows: well 0 3

    Lower the target slowly. **How does the best $x$ come to zero?**

    - [ ] It slides into zero.

      So it is at depth two, ...
    - [x] It leaps.
    :::

and, where the text answers, ``:::{answer} leap`` around the paragraphs that do. The paragraph
before the list is the question. A choice is an item of the list, ``[x]`` marks the right one, and
what follows the first paragraph of an item is said to a reader who chose it. A question for a
number has ``:number: 1 +- 0.05`` and the items ``[low]``, ``[high]`` and, if there is more to say
than yes, ``[right]``.

``:shows:`` names an explorable of the page whose readouts (all, or those with the given places,
counted from 0) wait for the guess. ``:covers: 1`` lets its second panel wait, too, where the
picture is the answer. All is open in the markup: ``_static/predict.js`` closes it.
"""

from __future__ import annotations

import html
import math
import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

#: Runs before anything is painted, so that no answer flashes up; without it nothing is closed.
EARLY = (
    '<script>{let ask="ask";try{if(localStorage.getItem("dmfbook-just-show"))ask="skip"}catch{}'
    "document.documentElement.dataset.guess=ask}</script>"
)
_NUMBER = re.compile(r"(?P<value>\S+) \+- (?P<slack>\S+)")
_MARK = re.compile(r"\[(?P<mark>[ x]|low|high|right)\] +")


class Predict(nodes.General, nodes.Element):
    """A question with its choices."""


class Question(nodes.General, nodes.TextElement):
    """The paragraph that asks."""


class Choice(nodes.General, nodes.Element):
    """A choice, or what is said to a number: its ``mark`` tells which."""


class Reply(nodes.General, nodes.Element):
    """What is said to a reader who chose it."""


class Answer(nodes.General, nodes.Element):
    """Paragraphs that answer a question."""


def read_number(text: str) -> tuple[float, float]:
    """Return the value and how far from it a guess may be.

    Examples
    --------
    >>> read_number("1.19 +- 0.02")
    (1.19, 0.02)
    """
    match = _NUMBER.fullmatch(text.strip())
    try:
        value, slack = float(match["value"]), float(match["slack"])  # type: ignore[index]
    except (TypeError, ValueError):
        raise ValueError(f"write a number as in 1.19 +- 0.02, not {text!r}") from None
    if not (math.isfinite(value) and 0 <= slack < math.inf):
        raise ValueError(f"a number and a distance that is not negative are needed, not {text!r}")
    return value, slack


def read_shown(text: str) -> tuple[str, str]:
    """Return the explorable, and the places of the readouts that wait, joined by commas.

    Examples
    --------
    >>> read_shown("well 0 3")
    ('well', '0,3')
    """
    name, *places = text.split()
    if not all(place.isdecimal() for place in places):
        raise ValueError(f"an explorable and places of its readouts are needed, not {text!r}")
    return name, ",".join(places)


def read_covered(text: str) -> str:
    """Return the places of the panels that wait, parted by blanks.

    Examples
    --------
    >>> read_covered("0  1")
    '0 1'
    """
    places = text.split()
    if not places or not all(re.fullmatch("[0-2]", place) for place in places):
        raise ValueError(f"places of panels, 0, 1 or 2, are needed, not {text!r}")
    return " ".join(places)


class PredictDirective(SphinxDirective):
    """Ask; the argument is the name of the question."""

    required_arguments = 1
    has_content = True
    option_spec = {  # noqa: RUF012, read by docutils
        "shows": read_shown,
        "covers": read_covered,
        "number": read_number,
    }

    def run(self) -> list[nodes.Node]:
        """Return the question."""
        (name,) = self.arguments
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise self.error(f"a name is of small letters and hyphens, not {name!r}")
        if "covers" in self.options and "shows" not in self.options:
            raise self.error(f"{name}: covers says which panels of what it shows")
        asked = Predict(name=name, **self.options)
        parsed = self.parse_content_to_nodes()
        if len(parsed) < 2 or not isinstance(parsed[-1], nodes.bullet_list):
            raise self.error(f"{name}: a question and a list of choices, after it, are needed")
        *lead, question, choices = parsed
        if not isinstance(question, nodes.paragraph):
            raise self.error(f"{name}: the question before the list has to be a paragraph")
        asked += lead
        asked += Question("", "", *question.children)
        asked += [self.choice(item) for item in choices.children]
        marks = [choice["mark"] for choice in asked.findall(Choice)]
        if "number" in self.options:
            if not {"low", "high"} <= set(marks) <= {"low", "high", "right"}:
                raise self.error(f"{name}: a number needs the items [low] and [high]")
        elif marks.count("x") != 1 or set(marks) - {"x", " "} or len(marks) < 2:
            raise self.error(f"{name}: choices begin with [ ], and the one right one with [x]")
        for place, choice in enumerate(asked.findall(Choice)):
            choice["place"], choice["of"] = place, name
            if choice["mark"] != "x" and len(choice.children) < 2 and "number" not in asked:
                raise self.error(f"{name}: a wrong choice needs a sentence that says why")
        return [asked]

    def choice(self, item: nodes.Node) -> nodes.Element:
        """Return an item of the list without its mark."""
        first = item.children[0] if item.children else None
        text = first.children[0] if first is not None and first.children else None
        match = _MARK.match(str(text)) if isinstance(text, nodes.Text) else None
        if match is None or not isinstance(first, nodes.paragraph):
            raise self.error(f"a choice begins with [ ] or [x], not as {item.astext()!r}")
        first.replace(text, nodes.Text(str(text)[match.end() :]))
        choice = Choice(mark=match["mark"])
        rest = item.children[1:]
        if match["mark"] in "x ":
            choice += nodes.inline("", "", *first.children, classes=["predict-words"])
        else:
            rest = item.children
        if rest:
            choice += Reply("", *rest)
        return choice


class AnswerDirective(SphinxDirective):
    """Answer; the argument is the name of the question."""

    required_arguments = 1
    has_content = True
    option_spec = {"class": directives.class_option}  # noqa: RUF012, read by docutils

    def run(self) -> list[nodes.Node]:
        """Return the paragraphs."""
        return [Answer("", *self.parse_content_to_nodes(), name=self.arguments[0])]


def pair(app: Sphinx, doctree: nodes.document) -> None:
    """Stop where a question has no answer in its page, or an answer no question before it."""
    asked: dict[str, bool] = {}
    for node in doctree.findall(lambda node: isinstance(node, Predict | Answer)):
        name = node["name"]
        if isinstance(node, Predict):
            if name in asked:
                raise ExtensionError(f"{app.env.docname} asks {name!r} twice")
            asked[name] = False
        elif name not in asked:
            raise ExtensionError(f"{app.env.docname} answers {name!r} before it asks")
        else:
            node["first"], asked[name] = not asked[name], True
    unanswered = [name for name, answered in asked.items() if not answered]
    if unanswered:
        raise ExtensionError(f"{app.env.docname} asks and does not answer: {unanswered}")


def visit_predict(self: HTML5Translator, node: Predict) -> None:
    """Open the form; its buttons work once the script does."""
    data = f'data-name="{node["name"]}"'
    if "shows" in node:
        data += f' data-shows="{node["shows"][0]}" data-readouts="{node["shows"][1]}"'
    if "covers" in node:
        data += f' data-covers="{node["covers"]}"'
    if "number" in node:
        data += ' data-value="{}" data-slack="{}"'.format(*node["number"])
    self.body.append(
        f'<form class="predict" id="predict-{node["name"]}" {data} '
        'autocomplete="off">'
        '<p class="predict-kind">Predict, then reveal</p>\n'
    )


def depart_predict(self: HTML5Translator, node: Predict) -> None:
    """Close the form."""
    self.body.append(
        "</div></fieldset>\n"
        '<div class="predict-verdict" role="status"></div>\n'
        '<p class="predict-act"><button type="submit" class="dmf-button" disabled>Show</button> '
        '<button type="button" class="dmf-button predict-skip" disabled>Just show me</button>'
        "</p></form>\n"
    )


def visit_question(self: HTML5Translator, node: Question) -> None:
    """Open the group that the question names."""
    self.body.append("<fieldset><legend>")


def depart_question(self: HTML5Translator, node: Question) -> None:
    """Close the question and open its choices, or the field for a number."""
    self.body.append('</legend><div class="predict-choices">')
    if "number" in node.parent:
        value = html.escape(f"{node.parent['number'][0]:g}")
        self.body.append(
            '<label class="predict-number">Your guess <input type="number" step="any" '
            f'inputmode="decimal" required></label><p class="predict-mark">The answer: {value}</p>'
        )


def visit_choice(self: HTML5Translator, node: Choice) -> None:
    """Open a choice; its words are the first child."""
    mark = node["mark"]
    self.body.append(f'<div class="predict-option" data-mark="{mark.strip() or "wrong"}">')
    if mark in "x ":
        self.body.append(
            f'<label class="predict-choice"><input type="radio" name="{node["of"]}" '
            f'value="{node["place"]}" required> '
        )


def depart_choice(self: HTML5Translator, node: Choice) -> None:
    """Close a choice."""
    if node["mark"] in "x " and not any(isinstance(c, Reply) for c in node.children):
        self.body.append(_label_end(node))
    self.body.append("</div>\n")


def visit_reply(self: HTML5Translator, node: Reply) -> None:
    """Close the words of the choice and open what is said to it."""
    if node.parent["mark"] in "x ":
        self.body.append(_label_end(node.parent))
    self.body.append('<div class="predict-reply">')


def _label_end(choice: nodes.Element) -> str:
    mark = ' <span class="predict-mark">the answer</span>' if choice["mark"] == "x" else ""
    return f"{mark}</label>"


def depart_block(self: HTML5Translator, node: nodes.Element) -> None:
    """Close a block."""
    self.body.append("</div>\n")


def visit_answer(self: HTML5Translator, node: Answer) -> None:
    """Open the paragraphs; the first ones can be linked to."""
    name = node["name"]
    place = f' id="answer-{name}" tabindex="-1"' if node.get("first") else ""
    self.body.append(f'<div class="predict-answer" data-answers="{name}"{place}>\n')


def prepare(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give a page that asks the script and the styles; stop where what it shows is missing."""
    if doctree is None or not any(True for _ in doctree.findall(Predict)):
        return
    for node in doctree.findall(Predict):
        shown = node["shows"][0] if "shows" in node else None
        if shown and f'<dmf-explorable class="dmf-explorable" id="{shown}"' not in context["body"]:
            raise ExtensionError(f"{pagename} asks with an explorable that it lacks: {shown!r}")
    context["body"] = EARLY + context["body"]
    app.add_css_file("predict.css")
    app.add_js_file(
        "predict.js",
        loading_method="defer",
        onerror="delete document.documentElement.dataset.guess",
    )


def nothing(self: Any, node: nodes.Node) -> None:
    """Add nothing: on paper and in plain text all is open."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    plain = (nothing, nothing)
    for node, visit, depart in (
        (Predict, visit_predict, depart_predict),
        (Question, visit_question, depart_question),
        (Choice, visit_choice, depart_choice),
        (Reply, visit_reply, depart_block),
        (Answer, visit_answer, depart_block),
    ):
        app.add_node(node, html=(visit, depart), text=plain, latex=plain)
    app.add_directive("predict", PredictDirective)
    app.add_directive("answer", AnswerDirective)
    app.connect("doctree-read", pair)
    app.connect("html-page-context", prepare)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
