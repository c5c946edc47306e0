"""Check yourself, in the page of one chapter: by mouse and keyboard, on paper, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from accessible import AXE, STILL, choose_theme
from browser import Visit, visits

from teach._tools import bank, questions

pytestmark = [pytest.mark.thorough, pytest.mark.browser]

SLUG = "scalar_uniqueness"
PAGE = f"book/{SLUG}.html"
ITEMS = {item["id"]: item for item in bank.chapter(SLUG)}


@pytest.fixture(scope="module")
def seen(chromium: Any, book: Path) -> Iterator[Visit]:
    """The chapter with its questions open, which the tests share."""
    with visits(chromium, book) as open_page:
        found = open_page(PAGE)
        found.page.locator(".quiz-open a").click()
        found.page.locator(".quiz-item").first.wait_for()
        yield found


def of_kind(seen: Visit, kind: str) -> tuple[Any, bank.Item]:
    """Return the first question of a kind, in the page and in the bank."""
    box = seen.page.locator(f".quiz-item[data-kind={kind}]").first
    return box, ITEMS[box.get_attribute("data-id")]


def check(box: Any) -> str:
    """Press the button, and return what is said."""
    box.get_by_role("button", name=re.compile("Check")).click()
    said: str = box.locator(".quiz-verdict").inner_text()
    return said


def start(text: str) -> str:
    """Return the first words of a text, up to its first formula."""
    return text.split("$")[0].strip()


def test_four_are_shown_and_the_rest_on_demand(seen: Visit) -> None:
    page = seen.page
    assert page.evaluate("document.activeElement.closest('dmf-quiz') !== null")
    boxes = page.locator(".quiz-item")
    assert boxes.count() == len(ITEMS)
    assert page.locator(".quiz-item:visible").count() == questions.FIRST
    page.get_by_role("button", name="The other 8 questions").click()
    assert page.locator(".quiz-item:visible").count() == len(ITEMS)
    assert page.evaluate("document.activeElement.className") == "quiz-item"


def test_a_choice_is_told_why(seen: Visit) -> None:
    box, item = of_kind(seen, "choice")
    assert check(box) == "Choose an answer first."
    for k, option in enumerate(item["options"]):
        box.locator("label").nth(k).click()
        said = check(box)
        assert said.startswith("Yes." if option.get("right") else "Not yet.")
        assert start(option["because"]) in said
        assert box.get_attribute("data-right") == ("true" if option.get("right") else "false")


def test_several_say_what_is_missing(seen: Visit) -> None:
    box, item = of_kind(seen, "several")
    right = [k for k, option in enumerate(item["options"]) if option.get("right")]
    wrong = [k for k, option in enumerate(item["options"]) if not option.get("right")]
    assert len(right) == 2
    box.locator("input").nth(right[0]).check()
    said = check(box)
    assert said.startswith("Right so far.")
    assert said.endswith("One more is right.")
    box.locator("input").nth(wrong[0]).check()
    box.locator("input").nth(right[1]).check()
    said = check(box)
    assert said.startswith("Not yet.")
    assert start(item["options"][wrong[0]]["because"]) in said
    box.locator("input").nth(wrong[0]).uncheck()
    assert check(box).startswith("Yes.")


def test_numbers_are_read_in_several_ways(seen: Visit) -> None:
    box, item = of_kind(seen, "number")
    field = box.get_by_role("textbox", name="Your answer")
    field.fill("many")
    assert check(box).startswith("Write a number first")
    field.fill(str(item["near"][0]["value"]))
    said = check(box)
    assert said.startswith("Not yet.")
    assert start(item["near"][0]["because"]) in said
    for text in ("1.5", "1,5", " 3/2", str(item["answer"] + 0.9 * item["tolerance"])):
        field.fill("0")
        field.fill(text)
        field.press("Enter")
        assert box.locator(".quiz-verdict").inner_text().startswith("Yes."), text
    field.fill(str(item["answer"] + 1.2 * item["tolerance"]))
    assert not check(box).startswith("Yes.")


def test_steps_are_moved_by_the_keyboard(seen: Visit) -> None:
    """Each move is said; the first step that is out of place is named."""
    page = seen.page
    box, item = of_kind(seen, "order")
    steps = "(box) => [...box.querySelectorAll('.quiz-steps > li')].map((s) => +s.dataset.step)"
    count = len(item["steps"])
    assert box.evaluate(steps) == questions.scrambled(item)
    said = check(box)
    assert said.startswith("Not yet.")
    assert start(item["steps"][0]["text"])[:20] in said
    for step in range(count):
        place = box.evaluate(steps).index(step)
        up = box.locator(f"li[data-step='{step}']").get_by_role("button", name=re.compile("up$"))
        up.focus()
        for _ in range(place - step):
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.ariaLabel").endswith("up")
        if place > step:
            heard = box.locator("[role=status].unseen").inner_text()
            assert re.fullmatch(rf"Step [A-H] is now number {step + 1}\.", heard)
    assert box.evaluate(steps) == list(range(count))
    assert check(box).startswith("Yes.")


def test_a_picture_is_set_and_checked(seen: Visit) -> None:
    page = seen.page
    box, item = of_kind(seen, "demo")
    assert check(box).startswith("The picture is as it opens.")
    for trial in item["tries"]:
        query = "&".join(f"{name}={value}" for name, value in trial["set"].items())
        page.evaluate("(to) => { location.hash = to }", f"#{item['demo']}?{query}")
        for name, value in trial["set"].items():
            page.wait_for_function(
                "([demo, name, value]) => Math.abs("
                "document.getElementById(demo).explorable?.values[name] - value) < 1e-9",
                arg=[item["demo"], name, value],
            )
        said = check(box)
        assert said.startswith("Yes." if trial.get("right") else "Not yet."), trial["text"]
    box.get_by_role("link", name="Go to the picture").click()
    page.wait_for_function(
        "(demo) => Math.abs(document.getElementById(demo).getBoundingClientRect().top) < 150",
        arg=item["demo"],
    )


def test_the_answer_can_be_looked_up(seen: Visit) -> None:
    box, item = of_kind(seen, "choice")
    box.get_by_text("The answer").click()
    reasons = box.locator(".quiz-reasons")
    assert reasons.is_visible()
    assert len(re.findall("Right:|Wrong:", reasons.inner_text())) == len(item["options"])
    box.get_by_text("The answer").click()
    assert not reasons.is_visible()


def test_it_was_quiet(seen: Visit) -> None:
    seen.check_quiet()
    assert seen.page.evaluate("Object.keys(localStorage)") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(seen: Visit, theme: str) -> None:
    page = seen.page
    page.evaluate("for (const d of document.querySelectorAll('.quiz-answer')) d.open = true")
    page.add_script_tag(path=AXE)
    page.add_style_tag(content=STILL)
    choose_theme(page, theme)
    found = page.evaluate(
        "async () => (await axe.run('dmf-quiz', { preload: false })).violations"
        ".map((v) => [v.id, v.nodes[0].html, v.nodes[0].failureSummary])"
    )
    assert found == []


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_is_wider_than_the_window(seen: Visit, width: int) -> None:
    page = seen.page
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("for (const d of document.querySelectorAll('.quiz-answer')) d.open = true")
    assert (
        page.evaluate(
            "[...document.querySelectorAll('dmf-quiz *')].filter("
            "(e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML)"
        )
        == []
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_has_the_questions_alone(seen: Visit) -> None:
    page = seen.page
    page.emulate_media(media="print")
    assert page.locator(".quiz-choice:visible").count() > 20
    for part in (".quiz-answer", ".quiz-verdict", ".quiz-act"):
        assert page.locator(f"{part}:visible").count() == 0, part
    page.emulate_media(media="screen")


def test_the_first_visit_pays_for_a_link_only(visit: Callable[..., Visit]) -> None:
    """Nothing of the questions is loaded before they are opened."""
    found = visit(PAGE)
    assert not [file for file in found.files if re.search(r"_static/quiz", file)]
    assert found.page.locator(".quiz-item").count() == 0
    assert found.page.locator(".quiz-open a").is_visible()


def test_without_scripts_it_is_a_page(visit: Callable[..., Visit], book: Path) -> None:
    """The link leads to the same questions, whose answers are in folds."""
    found = visit("about:blank", java_script_enabled=False)
    page = found.page
    page.goto((book / PAGE).as_uri())
    page.locator(".quiz-open a").click()
    page.wait_for_url("**/*.htm")
    assert page.locator("fieldset").count() == len(ITEMS)
    assert page.locator("details[open]").count() == 0
    assert page.locator("math").count() > 40
    item = bank.chapter(SLUG)[0]
    box = page.locator(f"[data-id={item['id']}]")
    box.get_by_text("The answer").click()
    assert start(item["options"][0]["because"]) in box.inner_text()
    page.locator("h1 + p a").click()
    page.wait_for_url(f"**/{PAGE}")
    found.check_quiet()
