"""The questions of a chapter as HTML, which ``book/_static/quiz.js`` brings to life.

Without the script they can be read, with the answers in folds.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from teach._tools.bank import TESTS, Item
from teach._tools.texts import to_html

FIRST = 4
"""So many questions are shown at first, of different kinds."""

Text = Callable[[str], str]


def arranged(items: Sequence[Item]) -> list[Item]:
    """Return the items as the page shows them: at first one of each of four kinds."""
    first = [
        next(item for item in items if item["kind"] == kind)
        for kind in ("choice", "several", "number", "demo")
        if any(item["kind"] == kind for item in items)
    ]
    return first + [item for item in items if item not in first]


def scrambled(item: Item) -> list[int]:
    """Return the places of the steps as they are first shown: always the same, never in order."""
    count = len(item["steps"])
    keys = [hashlib.sha256(f"{item['id']} {i}".encode()).digest() for i in range(count)]
    order = sorted(range(count), key=keys.__getitem__)
    return order[1:] + order[:1] if order == sorted(order) else order


def conditions(item: Item, chapter: str) -> list[dict[str, Any]]:
    """Return the conditions as the page tests them: of a slider's name or a readout's place.

    Raises
    ------
    ValueError
        When the explorable has neither.
    """
    demo = getattr(import_module(f"dmfbook.demos.{chapter}"), item["demo"])
    sliders = [slider.name for slider in demo.sliders]
    labels = [label for label, _ in demo.numbers()][len(sliders) :]
    found = []
    for condition in item["conditions"]:
        of = condition["of"]
        if of not in sliders and of not in labels:
            known = ", ".join(map(repr, [*sliders, *labels]))
            raise ValueError(f"{item['id']}: {item['demo']} has no {of!r}; it has {known}")
        (test,) = [key for key in TESTS if key in condition]
        place = {"slider": of} if of in sliders else {"readout": labels.index(of)}
        found.append(place | {"test": test, "value": condition[test]})
    return found


def block(items: Sequence[Item], chapter: str, math: Text, page: str = "") -> str:
    """Return the questions of a chapter; ``page`` is where its explorables are, if not here."""

    def text(source: str) -> str:
        return to_html(source, math, lambda to: page + to if to.startswith("#") else to)

    shown = arranged(items)
    parts = [_item(item, place, chapter, text, page) for place, item in enumerate(shown, start=1)]
    return "".join(parts)


def _item(item: Item, place: int, chapter: str, text: Text, page: str) -> str:
    kind = item["kind"]
    data = f'data-id="{item["id"]}" data-kind="{kind}"'
    body = {
        "choice": _choices,
        "several": _choices,
        "number": _number,
        "order": _order,
        "demo": _demo,
    }[kind]
    if kind == "number":
        data += f' data-answer="{item["answer"]}" data-tolerance="{item["tolerance"]}"'
    if kind == "demo":
        tests = json.dumps(conditions(item, chapter), ensure_ascii=False)
        data += f' data-demo="{_place(item)}" data-conditions="{html.escape(tests)}"'
    return (
        f'<fieldset class="quiz-item" {data}><legend><span class="quiz-place">{place}</span> '
        f"{text(item['ask'])}</legend>{body(item, text, page)}</fieldset>\n"
    )


def _place(item: Item) -> str:
    return str(item["demo"]).replace("_", "-")


def _answer(inner: str) -> str:
    return (
        '<details class="quiz-answer"><summary>The answer</summary>'
        f'<div class="quiz-reasons">{inner}</div></details>'
    )


def _choices(item: Item, text: Text, page: str) -> str:
    many = item["kind"] == "several"
    rows, reasons = [], []
    for k, option in enumerate(item["options"]):
        spoken = option.get("spoken")
        label = f' aria-label="{html.escape(spoken)}"' if spoken else ""
        right = bool(option.get("right"))
        rows.append(
            f'<label class="quiz-choice"><input type="{"checkbox" if many else "radio"}" '
            f'name="{item["id"]}" value="{k}"{label}> <span>{text(option["text"])}</span></label>'
        )
        mark = "Right" if right else "Wrong"
        because = f" {text(option['because'])}" if "because" in option else ""
        reasons.append(
            f'<p data-option="{k}"{" data-right" if right else ""}>'
            f"<strong>{mark}: {text(option['text'].rstrip('.'))}.</strong>{because}</p>"
        )
    hint = '<p class="quiz-hint">Choose all that are right.</p>' if many else ""
    return f'{hint}<div class="quiz-choices">{"".join(rows)}</div>{_answer("".join(reasons))}'


def _number(item: Item, text: Text, page: str) -> str:
    reasons = f"<p data-right><strong>{item['answer']:g}.</strong> {text(item['because'])}</p>"
    for near in item["near"]:
        reasons += (
            f'<p data-value="{near["value"]}"><strong>Not {near["value"]:g}.</strong> '
            f"{text(near['because'])}</p>"
        )
    return (
        '<p class="quiz-number"><label>Your answer <input type="text" inputmode="decimal" '
        f'autocomplete="off" name="{item["id"]}"></label></p>{_answer(reasons)}'
    )


def _order(item: Item, text: Text, page: str) -> str:
    steps = item["steps"]
    rows = "".join(
        f'<li data-step="{k}"><span>{text(steps[k]["text"])}</span></li>' for k in scrambled(item)
    )
    reasons = "".join(
        f'<li data-step="{k}">{text(step["text"])} <em>{text(step["because"])}</em></li>'
        for k, step in enumerate(steps)
    )
    return f'<ol class="quiz-steps">{rows}</ol>{_answer(f"<ol>{reasons}</ol>")}'


def _demo(item: Item, text: Text, page: str) -> str:
    address = f"{page}#{_place(item)}"
    reasons = f"<p data-right><strong>Yes.</strong> {text(item['because'])}</p>"
    for k, condition in enumerate(item["conditions"]):
        reasons += (
            f'<p data-condition="{k}"><strong>Not yet.</strong> {text(condition["because"])}</p>'
        )
    (trial,) = [trial for trial in item["tries"] if trial.get("right")]
    query = "&".join(f"{name}={value}" for name, value in trial["set"].items())
    reasons += (
        f"<p data-solution>For instance: {text(trial['text'])}. "
        f'<a href="{address}?{html.escape(query)}">Show it in the picture</a>.</p>'
    )
    return (
        f'<p class="quiz-demo"><a href="{address}">Go to the picture</a>, set it, '
        "and come back.</p>"
        f"{_answer(reasons)}"
    )
