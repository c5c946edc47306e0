"""Predict, then reveal, on the built pages: what waits, what opens it, and nobody is forced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from accessible import SHORTEN, choose_theme, prepare, resize, violations
from browser import CHAPTER, CHAPTERS, Visit
from docutils import nodes
from myst_parser.parsers.docutils_ import Parser
from questions import questions_of
from tiers import a_few_chapters

pytestmark = pytest.mark.browser

WAITING = "after your guess"


def readouts(page: Any, name: str = "well") -> list[str]:
    """Return what the readouts of an explorable say, once it is alive."""
    page.evaluate("name => document.getElementById(name).wake()", name)
    page.wait_for_function(
        "name => [...document.querySelectorAll(`#${name} dd`)].every((d) => d.textContent.trim())",
        arg=name,
    )
    return list(page.locator(f"#{name} dd").all_inner_texts())


def closed(page: Any) -> list[str]:
    """Return the names of the answers that are closed."""
    hidden = "[...document.querySelectorAll('.predict-answer')].filter((a) => a.hidden)"
    return list(dict.fromkeys(page.evaluate(f"{hidden}.map((a) => a.dataset.answers)")))


#: The text of a chapter takes most of the time that a press takes: what is no question, answer or
#: picture goes.
LEAVE_QUESTIONS = """() => {
  const kept = ".predict, .predict-answer, dmf-explorable";
  const text = "p, pre, ul, ol, dl, table, details, div.math";
  for (const part of document.querySelectorAll(`main :is(${text})`))
    if (!part.closest(kept) && !part.querySelector(kept)) part.remove();
}"""
#: Every choice of a question in turn: what is said and shown to it, and the way back. All in the
#: page, since a visit of the pointer takes a chapter longer to lay out than to read. Each press is
#: one that the pointer could make: nothing lies over its target.
GUESS_ALL = """(name) => {
  const form = document.getElementById(`predict-${name}`);
  const show = form.querySelector("[type=submit]");
  const answer = document.querySelector(`[data-answers="${name}"]`);
  const press = (target) => {
    target.scrollIntoView({ block: "center", behavior: "instant" });
    const { left, top, width, height } = target.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!target.contains(hit)) throw new Error(`covered: ${target.textContent}`);
    target.click();
  };
  return [...form.querySelectorAll(".predict-option")].map((option) => {
    press(option.querySelector("label"));
    press(show);
    const marks = [...form.querySelectorAll(".predict-mark")].filter((m) => m.checkVisibility());
    const seen = [form.querySelector("[role=status]").innerText,
      option.querySelector(".predict-reply")?.textContent ?? "", marks.length,
      answer.offsetHeight];
    const word = show.textContent;
    press(show);
    return [...seen, [word, answer.getAttribute("hidden")]];
  });
}"""


@pytest.mark.parametrize("chapter", a_few_chapters(CHAPTERS, "predictions"))
def test_every_question_of_a_chapter(chapter: str, visit: Callable[..., Visit]) -> None:
    """Each is closed at first; every choice is told what the text has for it; all ends open."""
    questions = questions_of(chapter)
    seen = visit(f"{chapter}.html")
    page = seen.page
    page.evaluate(LEAVE_QUESTIONS)
    assert closed(page) == page.evaluate(
        "[...new Set([...document.querySelectorAll('.predict-answer')].map("
        "(a) => a.dataset.answers))]"
    )
    assert sorted(closed(page)) == sorted(question.name for question in questions)
    for question in questions:
        form = page.locator(f"#predict-{question.name}")
        show = form.get_by_role("button", name="Show", exact=True)
        answer = page.locator(f"[data-answers={question.name}]").first
        assert answer.evaluate("(a) => [a.getAttribute('hidden'), a.offsetHeight]") == [
            "until-found",
            0,
        ]
        show.click()  # without a guess the browser asks for one
        assert question.name in closed(page)
        if question.number is None:
            told = page.evaluate(GUESS_ALL, question.name)
            assert len(told) == len(question.choices)
            for (mark, _), (verdict, reply, marks, height, then) in zip(
                question.choices, told, strict=True
            ):
                assert verdict.startswith("Yes." if mark == "x" else "No.")
                if mark != "x":  # formulas come later
                    assert verdict.split()[1:3] == reply.split()[:2]
                assert marks == 1
                assert height > 20
                assert then == ["Guess again", "until-found"]
            assert show.inner_text() == "Show"
            form.locator("label").last.click()
            show.click()
        else:
            value, slack = question.number
            guesses = (value - 2 * slack, "too low"), (value + 2 * slack, "too high")
            for guess, words in (*guesses, (value + slack, "Yes.")):
                form.get_by_role("spinbutton", name="Your guess").fill(f"{guess:.6g}")
                show.click()
                assert words in form.get_by_role("status").inner_text()
                if words != "Yes.":
                    form.get_by_role("button", name="Guess again").click()
    assert closed(page) == []
    assert page.locator("[data-waits]").count() == 0
    seen.check_quiet()


def test_readouts_wait_in_sight_and_in_speech(visit: Callable[..., Visit]) -> None:
    page = visit(CHAPTER).page
    before = readouts(page)
    assert [text == WAITING for text in before] == [True, True, False, True]
    # What is spoken after a slider has moved, and the table of numbers, say no more. (Nothing is
    # spoken before the numbers have rested once.)
    page.wait_for_timeout(600)
    page.locator("#well input[type=range]").first.press("ArrowLeft")
    live = page.locator("#well .dmf-live")
    page.wait_for_function("(node) => node.textContent", arg=live.element_handle())
    assert live.text_content().count(WAITING) == 3
    assert page.locator("#well svg[role=img]").first.get_attribute("aria-label").count(WAITING) == 3
    page.locator("#well summary").click()
    page.wait_for_function("document.querySelector('#well tbody').textContent.includes('after')")
    assert page.locator("#well tbody").text_content().count(WAITING) == 3
    page.locator("#predict-leap label").last.click()
    page.locator("#predict-leap").get_by_role("button", name="Show", exact=True).click()
    page.wait_for_function("!document.querySelector('#well dd').textContent.includes('after')")
    assert [text == WAITING for text in readouts(page)] == [False, True, False, False]
    # The other question of this explorable has its own readout.
    page.locator("#predict-kept-at-the-tie label").last.click()
    page.locator("#predict-kept-at-the-tie").get_by_role("button", name="Show", exact=True).click()
    page.wait_for_function("!document.querySelector('#well').textContent.includes('after your')")


def test_the_keyboard_is_enough(visit: Callable[..., Visit]) -> None:
    page = visit(CHAPTER).page
    page.evaluate("document.querySelector('#predict-leap').scrollIntoView()")
    page.locator("#predict-leap input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.locator("#predict-leap input").nth(1).is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "leap" not in closed(page)
    assert page.evaluate("document.activeElement.textContent") == "Guess again"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == "Why, in full"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "answer-leap"
    number = visit("book/schatten_norms.html").page
    number.locator("#predict-red-point-arrives input").fill("0.5")
    number.keyboard.press("Enter")
    assert "too low" in number.locator("#predict-red-point-arrives").inner_text()
    assert "?" not in number.url


def test_just_show_me_is_remembered_in_the_whole_book(served_book: str, visit: Any) -> None:
    page = visit(f"{served_book}{CHAPTER}").page
    page.locator("#predict-leap").get_by_role("button", name="Just show me").click()
    assert closed(page) == []
    assert page.evaluate("document.activeElement.textContent") == "Let me guess"
    page.goto(f"{served_book}book/sharpness.html")
    assert closed(page) == []
    assert WAITING not in readouts(page, "rescale")
    form = page.locator("#predict-large-or-small")
    assert not form.locator("label").first.is_visible()
    form.get_by_role("button", name="Let me guess").click()
    assert closed(page) == ["large-or-small"]
    assert form.locator("label").first.is_visible()
    page.goto(f"{served_book}book/factorization.html")
    assert "a-hair" in closed(page)


def test_back_and_reload_find_what_was_open(served_book: str, visit: Any) -> None:
    page = visit(f"{served_book}{CHAPTER}").page
    page.locator("#predict-leap label").first.click()
    page.locator("#predict-leap").get_by_role("button", name="Show", exact=True).click()
    verdict = page.locator("#predict-leap").get_by_role("status").inner_text()
    for leave_and_return in (
        page.reload,
        lambda: (page.goto(f"{served_book}book/sharpness.html"), page.go_back()),
    ):
        leave_and_return()
        page.wait_for_load_state("load")
        assert closed(page) == ["kept-at-the-tie"]
        assert page.locator("#predict-leap").get_by_role("status").inner_text() == verdict
        assert page.locator("#predict-leap input").first.is_checked()


def test_paper_does_not_wait(visit: Callable[..., Visit]) -> None:
    """There stands what is said after a guess, whether the page hears that it is printed or not."""
    page = visit(CHAPTER).page
    assert readouts(page).count(WAITING) == 3
    page.emulate_media(media="print")
    seen = page.evaluate(
        """() => [...document.querySelectorAll(".dmf-waits")].map((cell) =>
          [getComputedStyle(cell).fontSize, getComputedStyle(cell, "::after").content])"""
    )
    page.emulate_media(media="screen")
    page.locator("#predict-leap .predict-skip").click()
    told = [f'"{text}"' for text in readouts(page)]
    assert [size for size, _ in seen] == ["0px"] * 3
    assert [said for _, said in seen] == [told[0], told[1], told[3]]


def test_a_panel_that_is_the_answer_waits(visit: Callable[..., Visit]) -> None:
    """It is covered until the guess, and again for the next one; the other panel is not."""
    page = visit("book/hessian_trace.html").page

    def seen() -> list[bool]:
        pictures = page.locator("#stretched .dmf-plot > svg")
        return pictures.evaluate_all(
            "(all) => all.map((one) => getComputedStyle(one).visibility === 'visible')"
        )

    form = page.locator("#predict-least-of-its-product")
    assert seen() == [True, False]
    form.locator("label").first.click()
    form.get_by_role("button", name="Show", exact=True).click()
    assert seen() == [True, True]
    form.get_by_role("button", name="Guess again").click()
    assert seen() == [True, False]
    page.emulate_media(media="print")
    assert seen() == [True, True]


def test_what_leads_into_an_answer_opens_it(visit: Callable[..., Visit]) -> None:
    """A search on the page does, and so does a link."""
    page = visit(CHAPTER).page
    assert closed(page) == ["leap", "kept-at-the-tie"]
    style = page.locator("#answer-leap").evaluate(
        "(node) => [getComputedStyle(node).display, getComputedStyle(node).contentVisibility]"
    )
    assert style == ["block", "hidden"], "the browser's search leaves out what is not displayed"
    page.evaluate("document.querySelector('#answer-leap').dispatchEvent(new Event('beforematch'))")
    assert closed(page) == ["kept-at-the-tie"]
    assert [text == WAITING for text in readouts(page)] == [False, True, False, False]
    linked = visit(f"{CHAPTER}#answer-kept-at-the-tie").page
    assert closed(linked) == ["leap"]
    top = linked.locator("#answer-kept-at-the-tie").bounding_box()["y"]
    assert 0 <= top < 900


def test_without_scripts_all_is_open(chromium: Any, book: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((book / CHAPTER).as_uri())
    assert page.locator(".predict-answer").first.bounding_box()["height"] > 20
    assert page.locator("#predict-leap .predict-reply").first.is_visible()
    assert page.locator("#predict-leap .predict-mark").is_visible()
    assert not page.locator(".predict button").first.is_visible()
    context.close()


def test_where_the_script_does_not_come_all_is_open(chromium: Any, book: Path) -> None:
    page = chromium.new_page()
    page.route("**/predict.js*", lambda route: route.abort())
    page.goto((book / CHAPTER).as_uri())
    page.wait_for_load_state("load")
    page.wait_for_function("document.documentElement.dataset.guess === undefined")
    assert page.locator(".predict-answer").first.bounding_box()["height"] > 20
    assert not page.locator(".predict button").first.is_visible()
    page.close()


def test_where_storage_is_refused_guesses_work(visit: Any, chromium: Any, book: Path) -> None:
    page = chromium.new_page()
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name,"
        "{ get() { throw new DOMException('no', 'SecurityError') }, configurable: false })"
    )
    page.goto((book / CHAPTER).as_uri())
    page.wait_for_function("document.documentElement.dataset.guess === 'ready'")
    page.locator("#predict-leap label").last.click()
    page.locator("#predict-leap").get_by_role("button", name="Show", exact=True).click()
    assert closed(page) == ["kept-at-the-tie"]
    page.locator("#predict-kept-at-the-tie").get_by_role("button", name="Just show me").click()
    assert closed(page) == []
    page.close()


def test_on_paper_all_is_open(visit: Callable[..., Visit]) -> None:
    page = visit(CHAPTER).page
    assert WAITING in readouts(page)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function("!document.querySelector('#well').textContent.includes('after your')")
    assert page.locator(".predict-answer").first.bounding_box()["height"] > 20
    assert page.locator("#predict-leap .predict-reply").first.is_visible()
    assert not page.locator(".predict button").first.is_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_function("document.querySelector('#well').textContent.includes('after your')")


EVERYTHING = """() => axe.run({ include: ["form.predict"] }, { runOnly: ["wcag2a", "wcag2aa",
  "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"], rules:
  { "target-size": { enabled: true }, "label-content-name-mismatch": { enabled: true } } })"""
COLOURS = """() => axe.run({ include: ["form.predict"] }, { resultTypes: ["violations"],
  runOnly: ["color-contrast", "link-in-text-block"] })"""


def test_it_is_accessible_and_fits_a_thumb(visit: Callable[..., Visit]) -> None:
    """In each state: narrow and wide; in the dark theme, where only colours differ, those."""
    page = visit("book/schatten_norms.html", width=390).page
    prepare(page)
    page.evaluate(LEAVE_QUESTIONS)
    page.evaluate(SHORTEN)
    for state in ("closed", "guessed", "shown"):
        if state == "guessed":
            page.locator("#predict-entry-price label").first.click()
            page.locator("#predict-entry-price button").first.click()
        if state == "shown":
            page.locator("#predict-red-point-arrives button").last.click()
        for theme, rules in (("light", EVERYTHING), ("dark", COLOURS)):
            choose_theme(page, theme)
            assert violations(page, rules) == [], f"{state}, {theme}"
        for width in (1280, 390):
            resize(page, width)
            sizes = page.evaluate(
                "[...document.querySelectorAll('.predict :is(label, button)')]"
                ".map((node) => node.offsetHeight).filter((height) => height)"
            )
            assert min(sizes) >= 44, f"{state}, {width} pixels wide"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def complaint(text: str) -> str:
    """Return what is said to a wrong block, by the directive alone."""
    from docutils.core import publish_doctree
    from docutils.parsers.rst import directives
    from predict import AnswerDirective, PredictDirective

    directives.register_directive("predict", PredictDirective)
    directives.register_directive("answer", AnswerDirective)
    document = publish_doctree(
        text,
        parser=Parser(),
        settings_overrides={
            "myst_enable_extensions": ["colon_fence"],
            "report_level": 5,
            "halt_level": 6,
        },
    )
    return " ".join(node.astext() for node in document.findall(nodes.system_message))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Why?\n\n- [ ] One.\n\n  No.\n- [ ] Two.\n\n  No.", "the one right one with [x]"),
        ("Why?\n\n- [x] One.\n- [ ] Two.", "needs a sentence that says why"),
        ("Why?\n\n- One.\n- [x] Two.", "begins with [ ] or [x]"),
        ("Why?", "a list of choices"),
        (":number: 3\n\nWhy?\n\n- [low] One.\n- [high] Two.", "1.19 +- 0.02"),
        (":number: 3 +- 1\n\nWhy?\n\n- [low] One.", "[low] and [high]"),
        (":shows: well x\n\nWhy?\n\n- [x] One.\n- [ ] Two.\n\n  No.", "places of its readouts"),
    ],
)
def test_a_wrong_block_is_named(body: str, words: str) -> None:
    assert words in complaint(f":::{{predict}} why\n{body}\n:::\n")
