"""The bank of questions: its form, its references, and that no answer gives itself away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from teach._tools import bank, questions
from teach._tools.sources import ROOT, TEACH, chapters, load

WRITTEN = [slug for slug in chapters() if (TEACH / "quiz" / f"{slug}.yml").exists()]
ITEMS = [(slug, item) for slug in WRITTEN for item in bank.chapter(slug)]
KINDS = {"choice": 5, "several": 3, "number": 2, "order": 1, "demo": 1}


def test_each_chapter_has_its_twelve() -> None:
    assert len(WRITTEN) >= 13
    for slug in WRITTEN:
        assert Counter(item["kind"] for item in bank.chapter(slug)) == KINDS, slug


def test_ids_are_unique_and_of_one_chapter() -> None:
    ids = [item["id"] for _, item in ITEMS]
    assert len(set(ids)) == len(ids)
    for slug in WRITTEN:
        assert len({item["id"][:2] for item in bank.chapter(slug)}) == 1
    codes = {slug: bank.chapter(slug)[0]["id"][:2] for slug in WRITTEN}
    assert len(set(codes.values())) == len(codes)


def test_statements_exist() -> None:
    """Each item is about a statement of its own chapter."""
    for slug, item in ITEMS:
        labels = re.findall(
            r":label: ([\w-]+)", (ROOT / f"book/{slug}.ipynb").read_text(encoding="utf-8")
        )
        assert item["about"] in labels, f"{slug}, {item['id']}: there is no {item['about']}"


@pytest.mark.parametrize("slug", WRITTEN)
def test_objectives_have_items(slug: str) -> None:
    """Each objective of the chapter is asked for, and no item names another."""
    path = TEACH / "objectives" / f"{slug}.yml"
    if not path.exists():
        pytest.skip(f"{path.name} has no objectives yet")
    objectives = {objective["id"] for objective in load(path)}
    assert {item["objective"] for item in bank.chapter(slug)} == objectives


def test_links_lead_to_explorables_of_the_chapter() -> None:
    for slug, item in ITEMS:
        page = (ROOT / f"book/{slug}.ipynb").read_text(encoding="utf-8")
        for name in re.findall(r"\]\(#([\w-]+)", yaml.safe_dump(item)):
            assert f"demos.{name.replace('-', '_')}" in page, f"{item['id']}: no {name}"


def length(text: str) -> int:
    """Return about how long a text is on the page."""
    return len(re.sub(r"\\[a-zA-Z]+|[\s${}^_\\]", "", text))


def test_no_place_and_no_length_gives_the_answer_away() -> None:
    """Right answers stand in all places, and are as often the longest as chance would have it."""
    places: Counter[tuple[int, int]] = Counter()
    longest = shortest = chance = 0.0
    several = [0, 0, 0, 0]
    for _, item in ITEMS:
        if item["kind"] == "choice":
            lengths = [length(option["text"]) for option in item["options"]]
            (right,) = (k for k, option in enumerate(item["options"]) if option.get("right"))
            places[len(lengths), right] += 1
            others = lengths[:right] + lengths[right + 1 :]
            longest += lengths[right] > max(others)
            shortest += lengths[right] < min(others)
            chance += 1 / len(lengths)
        elif item["kind"] == "several":
            for k, option in enumerate(item["options"]):
                several[k] += bool(option.get("right"))
    for count in (3, 4):
        seen = [places[count, k] for k in range(count)]
        assert min(seen) >= 0.6 * sum(seen) / count, seen
    assert longest <= 1.4 * chance
    assert shortest <= 1.4 * chance
    assert max(several) <= 1.7 * min(several), several


def test_wrong_answers_teach() -> None:
    """What is said to a wrong answer is more than a word, and not twice the same in an item."""
    for _, item in ITEMS:
        entries = [*item.get("options", []), *item.get("near", []), *item.get("tries", [])]
        said = [entry["because"] for entry in entries or item["steps"]]
        assert len(set(said)) == len(said), item["id"]
        assert min(map(length, said)) >= 12, item["id"]


def test_at_first_four_kinds_are_shown() -> None:
    for slug in WRITTEN:
        items = bank.chapter(slug)
        shown = questions.arranged(items)
        assert [item["kind"] for item in shown[: questions.FIRST]] == [
            *("choice", "several", "number", "demo")
        ]
        assert sorted(map(id, shown)) != sorted(map(id, shown[:-1]))
        assert {item["id"] for item in shown} == {item["id"] for item in items}


def test_steps_are_never_shown_in_order() -> None:
    for _, item in ITEMS:
        if item["kind"] == "order":
            order = questions.scrambled(item)
            assert sorted(order) == list(range(len(item["steps"])))
            assert order != sorted(order)
            assert order == questions.scrambled(item)


def good(kind: str) -> dict[str, Any]:
    """Return an item of a kind as it should be."""
    item = next(item for _, item in ITEMS if item["kind"] == kind)
    copied: dict[str, Any] = yaml.safe_load(yaml.safe_dump(item))
    return copied


def spoiled(kind: str, change: Callable[[Any], object]) -> Callable[[], dict[str, Any]]:
    """Return a maker of an item of a kind with one error."""

    def make() -> dict[str, Any]:
        item = good(kind)
        change(item)
        return item

    return make


ERRORS = {
    "lacks 'about'": spoiled("choice", lambda i: i.pop("about")),
    "unknown key 'hint'": spoiled("choice", lambda i: i.update(hint="no")),
    "'kind' is one of": spoiled("choice", lambda i: i.update(kind="essay")),
    "'level' is one of": spoiled("choice", lambda i: i.update(level="hard")),
    "'seconds' is a whole number": spoiled("choice", lambda i: i.update(seconds=5000)),
    "an id is two letters": spoiled("choice", lambda i: i.update(id="leap")),
    "without its second dollar": spoiled("choice", lambda i: i.update(ask="what is $x?")),
    "has one option that is right, not 2": spoiled(
        "choice", lambda i: [o.update(right=True) for o in i["options"][:2]]
    ),
    "no option is right": spoiled(
        "several", lambda i: [o.pop("right", None) for o in i["options"]]
    ),
    "option 2 lacks 'because'": spoiled("choice", lambda i: i["options"][1].pop("because")),
    "option 1 needs one of 'holds' and 'argument'": spoiled(
        "choice", lambda i: i["options"][0].pop("holds")
    ),
    "computes nothing": spoiled("choice", lambda i: i["options"][0].update(holds="1 > 2")),
    "is not Python": spoiled("choice", lambda i: i["options"][0].update(holds="1 >")),
    "is only a formula": spoiled("choice", lambda i: i["options"][0].update(text="$x^2$")),
    "'answer' has to be a number": spoiled("number", lambda i: i.update(answer="three")),
    "more than zero": spoiled("number", lambda i: i.update(tolerance=0)),
    "too close to another": spoiled(
        "number", lambda i: i["near"][0].update(value=i["answer"] + i["tolerance"])
    ),
    "'steps' is a list of at least 3": spoiled("order", lambda i: i.update(steps=[])),
    "condition 1 has one of": spoiled("demo", lambda i: i["conditions"][0].update(least=1, most=2)),
    "one try meets the conditions": spoiled(
        "demo", lambda i: [trial.pop("right", None) for trial in i["tries"]]
    ),
}


@pytest.mark.parametrize("words", ERRORS)
def test_errors_are_named(words: str, tmp_path: Path) -> None:
    """The message says file, item and what is wrong."""
    item = ERRORS[words]()
    path = tmp_path / "some.yml"
    path.write_text(yaml.safe_dump([item]), encoding="utf-8")
    with pytest.raises(bank.BankError, match=re.escape(words)) as error:
        bank.read(path)
    assert str(error.value).startswith(f"some.yml, {item['id']}: ")


def test_a_repeated_id_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "some.yml"
    path.write_text(yaml.safe_dump([good("choice"), good("choice")]), encoding="utf-8")
    with pytest.raises(bank.BankError, match="the id stands twice"):
        bank.read(path)


def test_the_self_test_needs_less(tmp_path: Path) -> None:
    """Its items are choices without a place in a chapter; a wrong option still says why."""
    item = {
        "id": "pr-rank",
        "ask": "What is the rank?",
        "options": [
            {"text": "two", "right": True, "because": "Yes."},
            {"text": "three", "because": "No: there are two columns."},
        ],
        "remedy": {"url": "https://example.org", "words": "Rank"},
    }
    path = tmp_path / "prerequisites.yml"
    path.write_text(yaml.safe_dump({"title": "Ready?", "items": [item]}), encoding="utf-8")
    assert [one["kind"] for one in bank.read(path, placed=False)] == ["choice"]
    with pytest.raises(bank.BankError):
        bank.read(path)
    del item["options"][1]["because"]  # type: ignore[attr-defined]
    path.write_text(yaml.safe_dump({"items": [item]}), encoding="utf-8")
    with pytest.raises(bank.BankError, match="option 2 lacks 'because'"):
        bank.read(path, placed=False)
