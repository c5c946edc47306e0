"""The slides: plans that hold, decks that fit, live and leak nothing, and their print."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from accessible import choose_theme, prepare, violations
from bs4 import BeautifulSoup
from typescript import tsc

from teach._tools import outline, pieces, plans, references, slide_plans, slides, slides_pdf
from teach._tools.entries import EntryError
from teach._tools.sources import ROOT, TEACH, chapters

CHAPTERS = chapters()
QUICK = "scalar_uniqueness"
EVERY = [
    c if c == QUICK else pytest.param(c, marks=pytest.mark.thorough) for c in CHAPTERS
]  # one deck in every run, and all of them in a thorough one
AXE = "() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"


def listed(value: Any) -> list[str]:
    """Return a label or a list of labels as a list."""
    return value if isinstance(value, list) else [value]


# The plans, without a built book.


def test_every_chapter_has_a_plan_of_a_lecture() -> None:
    assert slide_plans.planned() == CHAPTERS
    lengths = {chapter: 1 + len(slide_plans.slides(chapter)) for chapter in CHAPTERS}
    assert all(10 <= length <= 16 for length in lengths.values()), lengths


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_labels_questions_and_settings_exist(chapter: str) -> None:
    text = references.text(chapter)
    scripts = {entry["explorable"]: entry for entry in plans.scripts(chapter)}
    labels = {*references.statements(chapter), *references.exercises(chapter)}
    labels |= set(re.findall(r"^ *\$\$ \((eq-[\w-]+)\)", text, re.MULTILINE))
    for slide in slide_plans.slides(chapter):
        shown = [*listed(slide.get("show", [])), *listed(slide.get("exercise", []))]
        assert not set(shown) - labels
        for kind, directive in (("question", "predict"), ("answer", "answer")):
            if kind in slide:
                assert f":::{{{directive}}} {slide[kind]}\n" in text, slide[kind]
        if "explorable" in slide:
            steps = [step["setting"] for step in scripts[slide["explorable"]]["show"]]
            assert slide.get("setting", steps[0]) in steps


def test_a_question_comes_before_its_answer() -> None:
    for chapter in CHAPTERS:
        plan = slide_plans.slides(chapter)
        for number, slide in enumerate(plan):
            if "answer" in slide:
                before = [earlier.get("question") for earlier in plan[:number]]
                assert slide["answer"] in before, (chapter, slide["answer"])


def test_what_the_syllabi_show_is_on_a_slide() -> None:
    shown = {
        f"{chapter}/{slide['explorable']}"
        for chapter in CHAPTERS
        for slide in slide_plans.slides(chapter)
        if "explorable" in slide
    }
    for file in (TEACH / "syllabi").glob("*.yml"):
        wanted = set(re.findall(r"\b\w+/\w+\b", file.read_text(encoding="utf-8")))
        wanted = {name for name in wanted if name.split("/")[0] in CHAPTERS}
        assert wanted, file
        assert not wanted - shown, file


@pytest.mark.parametrize(
    ("slide", "message"),
    [
        ({"titel": "x", "text": "y"}, "unknown key 'titel'"),
        ({"title": "x", "show": "eq-slope", "explorable": "well"}, "make slides of their own"),
        ({"title": "x"}, "shows nothing"),
        ({"text": "y"}, "'title' is missing"),
        ({"title": "x", "text": "it is 0.79"}, "says 0.79"),
        ({"title": "x", "text": "y", "setting": "at-the-tie"}, "belongs to an explorable"),
        ({"explorable": "wel"}, "there is no explorable 'wel'"),
        ({"show": ["eq-slope"], "blocks": "1"}, "for one statement"),
        ({"show": 3}, "must be str or list"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(
    slide: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / f"slides/{QUICK}.yml"
    file.parent.mkdir()
    good = {"title": "A text", "text": "In $0.5$ and [words](thm-x) no number is refused."}
    file.write_text(yaml.safe_dump([good, slide]), encoding="utf-8")
    monkeypatch.setattr(slide_plans, "TEACH", tmp_path)
    with pytest.raises(EntryError, match=re.escape(message)) as error:
        slide_plans.slides(QUICK)
    assert f"{QUICK}.yml, slide 2" in str(error.value)


# The decks, cut from the built book.


@pytest.fixture(scope="module")
def made(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give a function that returns a chapter's deck, made once."""
    assert book == pieces.HTML
    folder = tmp_path_factory.mktemp("slides")

    def deck(chapter: str) -> Path:
        file = folder / f"{chapter}.html"
        if not file.exists():
            file.write_text(slides.deck(chapter), encoding="utf-8")
        return file

    return deck


@pytest.mark.parametrize("chapter", EVERY)
def test_a_deck_is_one_sound_file(chapter: str, made: Callable[[str], Path]) -> None:
    text = made(chapter).read_text(encoding="utf-8")
    soup = BeautifulSoup(text, "html.parser")
    boards = soup.select("section.slide")
    assert len(boards) == 1 + len(slide_plans.slides(chapter))
    assert not soup.select("[src], link, section section")
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    titles = [board.find(["h1", "h2"]) for board in boards]
    assert [title.name for title in titles] == ["h1"] + ["h2"] * (len(boards) - 1)
    assert len({title.get_text() for title in titles}) == len(titles)
    for board, title in zip(boards, titles, strict=True):
        assert board["aria-labelledby"] == title["id"]
        assert "CC BY 4.0" in board.select_one(".foot").get_text()
    for link in soup.select("a[href]"):
        inside = re.match(r"#([\w-]+)", link["href"])
        assert inside is None or inside[1] in ids, link
        assert inside or link["href"].startswith("https://"), link
    assert "$" not in "".join(board.get_text() for board in soup.select(".fit, .steps, .notes"))


@pytest.mark.parametrize("chapter", EVERY)
def test_what_is_shown_is_the_book(chapter: str, made: Callable[[str], Path]) -> None:
    """Formulas and numbers are those of the page: nothing is typed again."""
    deck = BeautifulSoup(made(chapter).read_text(encoding="utf-8"), "html.parser")
    page = BeautifulSoup((pieces.HTML / f"book/{chapter}.html").read_text("utf-8"), "html.parser")
    boards = deck.select("section.slide")[1:]
    for board, slide in zip(boards, slide_plans.slides(chapter), strict=True):
        for label in listed(slide.get("show", [])):
            origin = page.find(id=label.replace("eq-", "equation-eq-", 1))
            number = origin.select_one(".caption-number, .eqno").get_text().strip("#() \n")
            assert number in board.get_text(), label
            if "blocks" not in slide:
                math = origin.find("math", class_=lambda name: name != "rows")
                assert math is None or str(math.find(["mrow", "mtable", "mi"])) in str(board)
        if "answer" in slide:
            origin = page.find(id=f"answer-{slide['answer']}")
            assert squashed(origin.get_text()) in squashed(board.get_text())


@pytest.mark.parametrize("chapter", EVERY)
def test_no_solution_is_on_a_slide(chapter: str, made: Callable[[str], Path]) -> None:
    whole = BeautifulSoup((pieces.HTML / f"book/{chapter}.html").read_text("utf-8"), "html.parser")
    solutions = [fold.extract() for fold in whole.select("details.solution")]
    assert solutions
    elsewhere = squashed(whole.get_text())
    handed_out = [made(chapter).read_text(encoding="utf-8"), outline.outline(chapter)]
    texts = [squashed(pieces.text_of(text)) for text in handed_out]
    for solution in solutions:
        lines = [squashed(p.get_text()) for p in solution.find_all(["p", "pre"])]
        secrets = [line for line in lines if len(line) > 30 and line not in elsewhere]
        assert not [secret for secret in secrets for text in texts if secret in text]


def squashed(text: str) -> str:
    """Return the letters and digits of a text."""
    return re.sub(r"\W", "", text)


def test_a_wrong_label_is_refused_with_what_there_is(book: Path) -> None:
    page = pieces.page(QUICK)
    for ask, name in (
        (page.statement, "thm-scalar-uniqness"),
        (page.display, "eq-none"),
        (page.table, "what-brakes"),
        (page.question, "leep"),
        (page.explorable, "wel"),
    ):
        with pytest.raises(EntryError, match=f"slide 3: the chapter has no .*{name}.*there are"):
            ask(name, "slide 3")
    with pytest.raises(EntryError, match="has 0 tables"):
        page.table("what-breaks", "slide 3")
    with pytest.raises(EntryError, match="blocks, not 4-9"):
        page.statement("thm-scalar-uniqueness", "slide 3", "4-9")
    with pytest.raises(EntryError, match="no 'thm-none' to read on at"):
        pieces.place_of("thm-none", QUICK, "slide 3")


def test_a_solution_cannot_be_shown(book: Path) -> None:
    text = (pieces.HTML / f"book/{QUICK}.html").read_text(encoding="utf-8")
    name = re.search(r'<details[^>]*class="[^"]*solution[^>]*id="([^"]+)"', text)
    assert name is not None
    with pytest.raises(EntryError, match="no statement"):
        pieces.page(QUICK).statement(name[1], "slide 3")


@pytest.mark.parametrize("chapter", EVERY)
def test_the_outline_is_markdown_that_stands_alone(chapter: str, book: Path) -> None:
    text = outline.outline(chapter)
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert len(heads) == len(slide_plans.slides(chapter))
    assert not re.search(r"\{[a-z:]+\}`|^:label:|^:::\{|<a |\]\((?!https:)", text, re.MULTILINE)
    assert text.count("$$") % 2 == 0
    links = re.findall(r"\]\((https:[^)]*)\)", text)
    settings = {
        str(step["setting"])
        for entry in plans.scripts(chapter)
        for step in entry["show"]
        if any(
            slide.get("explorable") == entry["explorable"] for slide in slide_plans.slides(chapter)
        )
        and step["setting"] != "as it opens"
        and isinstance(step["setting"], str)
    }
    assert settings <= {link.partition("?setting=")[2] for link in links}


# In the browser.


def test_the_script_has_its_types() -> None:
    done = tsc(ROOT / "teach/_tools")
    assert done.returncode == 0, done.stdout


def shown(visit: Callable[..., Any], file: Path, **how: Any) -> Any:
    """Open a deck, and wait until all of its slides are laid out."""
    seen = visit(file.as_uri(), **{"width": 1280, "height": 720, **how})
    seen.page.wait_for_function(slides_pdf.READY)
    return seen


@pytest.mark.browser
@pytest.mark.parametrize("chapter", EVERY)
def test_every_slide_fits(
    chapter: str, made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    seen = shown(visit, made(chapter))
    found = seen.page.evaluate(
        """() => [...document.querySelectorAll(".slide")].map((slide) => {
          const board = slide.querySelector(".board").getBoundingClientRect();
          const foot = slide.querySelector(".foot").getBoundingClientRect();
          const parts = [...slide.querySelectorAll(".fit, .fit *, .dmf-figure, .steps li, h1, h2")];
          const boxes = parts.map((part) => part.getBoundingClientRect()).filter((b) => b.width);
          return {
            name: slide.querySelector("h1, h2").textContent,
            board: [board.width, board.height],
            low: Math.max(...boxes.map((box) => box.bottom)) - foot.top,
            right: Math.max(...boxes.map((box) => box.right)) - board.right,
            type: Number(slide.dataset.type || 99),
            zoom: Number(slide.dataset.zoom || 9),
            plots: [...slide.querySelectorAll(".dmf-plot")].map((plot) => plot.clientHeight),
            full: Boolean(slide.dataset.full),
          };
        })"""
    )
    for slide in found:
        assert slide["board"] == [1280, 720]
        assert not slide["full"], slide
        assert slide["low"] <= 1, slide
        assert slide["right"] <= -40, slide
        assert slide["type"] >= 22, slide
        assert slide["zoom"] >= 1.1, slide
        assert all(height >= 80 for height in slide["plots"]), slide
    seen.page.wait_for_function(
        "[...document.querySelectorAll('.dmf-plot > svg')].every((svg) => svg.childElementCount)"
    )
    seen.check_quiet()


@pytest.mark.browser
def test_keys_turn_slides_take_steps_and_move_sliders(
    made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    page = shown(visit, made(QUICK)).page
    number = [slide.get("explorable") for slide in slide_plans.slides(QUICK)].index("well") + 2

    def now() -> int:
        return int(page.evaluate("document.querySelector('.slide.now').id.split('-')[1]"))

    values = "document.getElementById('well').explorable.values"
    for place in range(2, number + 1):
        page.keyboard.press("ArrowRight")
        assert now() == place
    opened = page.evaluate(values)
    script = next(entry for entry in plans.scripts(QUICK) if entry["explorable"] == "well")
    page.keyboard.press("PageDown")
    assert now() == number
    page.wait_for_function(f"{values}.target < {opened['target'] - 0.1}")  # it glides to the tie
    step = page.locator(".slide.now .steps li.now")
    assert step.inner_text() == script["show"][1]["ask"].strip()

    slider = page.locator("#well-target")
    slider.focus()
    page.wait_for_timeout(1200)  # until the transition to the setting has ended
    before = page.evaluate(values)["target"]
    page.keyboard.press("ArrowRight")
    assert page.evaluate(values)["target"] > before
    assert now() == number
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    assert step.inner_text() == script["show"][0]["ask"].strip()
    page.keyboard.press("ArrowLeft")
    assert now() == number - 1
    page.keyboard.press("End")
    assert now() == len(slide_plans.slides(QUICK)) + 1
    page.reload()
    page.wait_for_function(slides_pdf.READY)
    assert now() == len(slide_plans.slides(QUICK)) + 1


@pytest.mark.browser
def test_a_swipe_turns_slides_and_an_address_opens_a_setting(
    made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    file = made(QUICK)
    page = shown(visit, file, has_touch=True).page
    swipe = """([from, to]) => {
      const target = document.body;
      const touch = (x) => [new Touch({ identifier: 1, target, clientX: x, clientY: 300 })];
      const send = (name, touches) =>
        target.dispatchEvent(new TouchEvent(name, { bubbles: true, ...touches }));
      send("touchstart", { touches: touch(from) });
      send("touchend", { changedTouches: touch(to) });
      return document.querySelector(".slide.now").id;
    }"""
    assert page.evaluate(swipe, [900, 500]) == "slide-2"
    assert page.evaluate(swipe, [500, 480]) == "slide-2"
    assert page.evaluate(swipe, [500, 900]) == "slide-1"
    page.goto("about:blank")
    page.goto(f"{file.as_uri()}#well?setting=depth-two")
    page.wait_for_function(slides_pdf.READY)
    assert page.evaluate("document.querySelector('.slide.now #well').explorable.values.depth") == 2


@pytest.mark.browser
def test_notes_in_a_second_window_stay_in_step(
    made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    page = shown(visit, made(QUICK)).page
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value
    notes.wait_for_function(slides_pdf.READY)
    page.keyboard.press("End")
    last = f"slide-{len(slide_plans.slides(QUICK)) + 1}"
    notes.wait_for_function(f"document.querySelector('.slide.now').id === '{last}'")
    number = [slide.get("explorable") for slide in slide_plans.slides(QUICK)].index("well") + 2
    notes.evaluate(f"location.hash = '#slide-{number}'")
    page.wait_for_function(f"document.querySelector('.slide.now').id === 'slide-{number}'")
    notes.keyboard.press("PageDown")
    page.wait_for_function("document.querySelector('.slide.now .steps li:nth-child(2).now')")
    said = notes.locator(".slide.now .notes")
    script = next(entry for entry in plans.scripts(QUICK) if entry["explorable"] == "well")
    assert said.is_visible()
    assert script["show"][0]["expect"].split(".")[0] in said.inner_text()
    assert not page.locator(".slide.now .notes").is_visible()


@pytest.mark.thorough
@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    theme: str, made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    page = shown(visit, made(QUICK), scheme=theme).page
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    prepare(page)
    choose_theme(page, theme)
    page.keyboard.press("n")
    wrong = []
    for number in range(1, len(slide_plans.slides(QUICK)) + 2):
        page.evaluate(f"location.hash = '#slide-{number}'")
        page.wait_for_function(f"document.querySelector('.slide.now').id === 'slide-{number}'")
        wrong += violations(page, AXE)
    page.keyboard.press("o")
    wrong += violations(page, AXE)
    assert not wrong, wrong


@pytest.mark.browser
def test_on_a_phone_a_deck_is_a_page(
    made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    seen = visit(made(QUICK).as_uri(), width=390, height=800)
    page = seen.page
    count = "[...document.querySelectorAll('.slide')].filter((s) => s.checkVisibility()).length"
    assert page.evaluate(count) == len(slide_plans.slides(QUICK)) + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#well").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#well .dmf-plot > svg').childElementCount")
    seen.check_quiet()


@pytest.mark.browser
@pytest.mark.parametrize("chapter", EVERY)
def test_on_paper_a_slide_is_a_page(
    chapter: str, made: Callable[[str], Path], chromium: Any
) -> None:
    file = made(chapter)
    count = len(slide_plans.slides(chapter)) + 1
    title = pieces.text_of(pieces.page(chapter).title())
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(180_000)
    page.goto(file.as_uri())
    page.wait_for_function(slides_pdf.READY)
    for notes, box in ((False, "[0 0 960 540]"), (True, "[0 0 594.95996 841.91998]")):
        data = slides_pdf.printed(page, notes=notes)
        pages = re.findall(rb"/Type /Page\n.*?/MediaBox (\[[^\]]*\])", data, re.DOTALL)
        assert {found.decode() for found in pages} == {box}
        assert len(pages) == count or (notes and count <= len(pages) <= count + 4)
        assert b"/StructTreeRoot" in data
        assert b"/Lang (en)" in data
        assert b"/Outlines" in data
        assert title.encode("utf-16-be").hex().upper().encode() in data
    page.close()
