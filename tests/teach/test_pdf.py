"""A chapter as a PDF: what a screen reader finds in it, and where its links lead."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import CHAPTERS
from editions import student_book

from teach._tools import leaks, pdf
from teach._tools.editions import Edition, editions
from teach._tools.sources import MissingTool

pikepdf = pytest.importorskip("pikepdf")
pdf_structure = pytest.importorskip("teach._tools.pdf_structure")

__all__ = ["student_book"]
pytestmark = [pytest.mark.thorough, pytest.mark.browser]

#: The shortest chapter; it has surfaces, questions, tables and a map.
CHAPTER = "scalar_uniqueness"


@pytest.fixture(scope="module")
def context(chromium: Any) -> Iterator[Any]:
    """Chromium as the maker of PDFs starts it (`chromium` says what to do where it is missing)."""
    context = chromium.new_context(
        viewport={"width": 900, "height": 1200}, color_scheme="light", offline=True
    )
    context.set_default_timeout(300_000)
    try:
        pdf.spoken(["<math><mi>x</mi></math>"])
    except MissingTool as missing:
        pytest.skip(str(missing))
    yield context
    context.close()


@pytest.fixture(scope="module")
def chapter(context: Any, student_book: Edition, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chapter of the edition for students."""
    path = tmp_path_factory.mktemp("pdf") / f"{CHAPTER}.pdf"
    pdf.save(pdf.finished(*pdf.printed(context, student_book, CHAPTER), student_book), path)
    return path


@pytest.fixture(scope="module")
def document(chapter: Path) -> Iterator[Any]:
    with pikepdf.open(chapter) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(student_book: Edition) -> str:
    return (student_book.html / f"book/{CHAPTER}.html").read_text(encoding="utf-8")


def kinds(document: Any) -> Counter[str]:
    return Counter(str(element.S) for element in pdf_structure.elements(document))


def test_it_says_what_it_is(document: Any) -> None:
    """Tagged, in English, with a title that the window shows, an author and a licence."""
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == "en"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as about:
        assert about["dc:title"] == str(document.docinfo["/Title"])
        assert about["dc:title"].startswith("4. One number, many factors, one minimizer")
        assert about["dc:creator"]
        assert about["dc:rights"] == "CC BY 4.0"
        assert "pdfuaid:part" not in about  # nothing is claimed that no one has checked


def test_it_has_the_pages_and_the_size_of_a_chapter(document: Any, chapter: Path) -> None:
    assert 8 <= len(document.pages) <= 40
    assert chapter.stat().st_size < 2_000_000
    sizes = {tuple(round(float(n)) for n in page.MediaBox) for page in document.pages}
    assert sizes == {(0, 0, 595, 842)} or sizes == {(0, 0, 596, 842)}


def test_no_page_is_blank(document: Any) -> None:
    """On each there is more than the line at its foot, which is no part of the text."""
    for number, page in enumerate(document.pages, start=1):
        marked = [
            operands
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "BDC" and "/MCID" in operands[1]
        ]
        assert marked, number


def test_its_bookmarks_are_the_headings(document: Any, page: str) -> None:
    with document.open_outline() as outline:
        (root,) = outline.root
        assert root.title == "One number, many factors, one minimizer"
        sections = [item.title for item in root.children]
    written = re.findall(r"<h2>(.*?)<a class=\"headerlink\"", page)
    assert sections == [re.sub("<[^>]*>", "", heading) for heading in written]
    assert len(sections) > 5


def test_its_structure_is_that_of_the_page(document: Any, page: str) -> None:
    found = kinds(document)
    assert found["/H1"] == 1
    assert found["/H2"] == page.count("<h2>")
    assert found["/P"] > 80
    assert found["/Link"] > 50
    assert not found["/Form"]


def test_every_formula_and_figure_has_words(document: Any, page: str) -> None:
    """Formulas are said, pictures described with their numbers; no mark of the making is left."""
    found = list(pdf_structure.elements(document))
    formulas = [element for element in found if element.S == "/Formula"]
    figures = [element for element in found if element.S == "/Figure"]
    assert [element for element in formulas + figures if not str(element.get("/Alt", ""))] == []
    assert [element for element in found if element.get("/Lang") == pdf_structure.FORMULA] == []
    # A display that stands in the page twice, in rows and joined, is printed once.
    on_page = page.count("<math") - page.count('class="one-line"')
    assert len(formulas) > 0.9 * on_page - 60
    said = Counter(str(element.Alt) for element in formulas)
    assert said["L is greater than or equal to 2"] >= 1
    assert said["formula"] == 0
    stills = re.findall(r'<noscript><img [^>]*alt="([^"]*)"', page)
    told = [str(element.Alt) for element in figures]
    assert len(stills) == 4
    for still in stills:
        assert any(words[:60] == still[:60].replace("&amp;", "&") for words in told), still
    assert not any("after your guess" in words for words in told)


def test_nothing_lies_outside_of_the_structure(document: Any) -> None:
    """All that is painted belongs to an element, or is an artifact such as the page's number."""
    for sheet in document.pages:
        assert [where for _, where in pdf_structure.loose(sheet.obj) if where] == []
    artifacts = b"".join(
        sheet.Contents.read_bytes().count(b"/Artifact") * b"x" for sheet in document.pages
    )
    assert len(artifacts) >= len(document.pages)


def test_what_chromium_leaves_undone_is_noticed(context: Any, student_book: Edition) -> None:
    """As it prints the chapter, formulas are figures, and page numbers lie loose."""
    data, _ = pdf.printed(context, student_book, CHAPTER)
    with pikepdf.open(io.BytesIO(data)) as raw:
        assert kinds(raw)["/Formula"] == 0
        assert any(where for sheet in raw.pages for _, where in pdf_structure.loose(sheet.obj))


def test_its_links_lead_to_places_or_to_what_is_published(
    document: Any, student_book: Edition
) -> None:
    """Settings of explorables too; each link says where it leads, and no place is missing."""
    assert all(address.startswith("https://") for address in pdf_structure.addresses(document))
    ours = [a for a in pdf_structure.addresses(document) if a.startswith(student_book.address)]
    assert len(ours) > 20
    assert f"{student_book.address}book/{CHAPTER}.html#check-yourself" in ours
    assert not [address for address in ours if address.endswith(".htm")]
    notes = [note for sheet in document.pages for note in sheet.obj.get("/Annots", [])]
    assert all(str(note.get("/Contents", "")) for note in notes)
    places = {str(note.Dest) for note in notes if "/Dest" in note}
    assert places
    assert places <= {str(name) for name in document.Root.Dests.keys()}  # noqa: SIM118


@pytest.mark.parametrize("name", ["sharpness"])
def test_settings_are_public_addresses(context: Any, student_book: Edition, name: str) -> None:
    """In a chapter that links to settings of its own explorables."""
    assert f"book/{name}" in CHAPTERS
    text = (student_book.html / f"book/{name}.html").read_text(encoding="utf-8")
    wanted = set(re.findall(r'href="(#[\w-]+\?[^"]+)"', text))
    assert wanted
    data, _ = pdf.printed(context, student_book, name)
    with pikepdf.open(io.BytesIO(data)) as raw:
        found = set(pdf_structure.addresses(raw))
    base = f"{student_book.address}book/{name}.html"
    assert {base + place.replace("&amp;", "&") for place in wanted} <= found


def text_of(path: Path) -> str:
    return leaks.pdf_text(path.read_bytes())


def test_it_has_no_loose_end_and_no_solution(chapter: Path) -> None:
    """No reference is unresolved; of solutions not even the name is there."""
    text = text_of(chapter)
    assert "One number, many" in text
    assert "??" not in text
    assert "Solution" not in text
    assert "Open the questions" not in text
    assert "An arrow leads" not in text
    solutions = leaks.solutions_of_the_book()
    assert leaks.leaks([("x.pdf", chapter.read_bytes())], solutions, []) == []


def test_the_whole_edition_prints_its_solutions(context: Any, book: Path, tmp_path: Path) -> None:
    """All seven of the chapter, unfolded; and there is nothing else that differs in its pages."""
    whole = editions()[1]
    pdf.save(pdf.finished(*pdf.printed(context, whole, CHAPTER), whole), tmp_path / "a.pdf")
    own = [s for s in leaks.solutions_of_the_book() if "scalar-uniqueness" in s.whose]
    found = leaks.leaks([("x.pdf", (tmp_path / "a.pdf").read_bytes())], own, [])
    assert {line.rpartition(" ")[2] for line in found} == {secret.whose for secret in own}
    assert len(found) >= 7


def test_paper_never_unfolds_a_solution(chromium: Any, book: Path, tmp_path: Path) -> None:
    """What a reader prints of the whole book: no solution, but those that the reader had opened."""
    page = chromium.new_page()
    page.goto((book / f"book/{CHAPTER}.html").as_uri())
    page.wait_for_function("document.documentElement.dataset.fonts")
    page.pdf(path=tmp_path / "closed.pdf")
    page.evaluate("document.querySelector('details.solution').open = true")
    page.pdf(path=tmp_path / "one.pdf")
    page.close()
    own = [s for s in leaks.solutions_of_the_book() if "scalar-uniqueness" in s.whose]
    closed = leaks.leaks([("x.pdf", (tmp_path / "closed.pdf").read_bytes())], own, [])
    opened = leaks.leaks([("x.pdf", (tmp_path / "one.pdf").read_bytes())], own, [])
    assert closed == []
    assert len(opened) == 1


def test_chapters_are_joined_with_all_that_they_say(
    document: Any, chapter: Path, student_book: Edition
) -> None:
    """The chapter, joined to itself under another name: twice the structure, no name twice."""
    from teach._tools import pdf_whole

    parts = {name: pikepdf.open(chapter) for name in (CHAPTER, "again")}
    whole = pdf_whole.join(parts, student_book)
    once, twice = kinds(document), kinds(whole)
    assert {kind: count for kind, count in twice.items() if kind not in ("/Document", "/Part")} == {
        kind: 2 * count for kind, count in once.items() if kind != "/Document"
    }
    assert (twice["/Document"], twice["/Part"]) == (1, 2)
    sheets = {page.objgen for page in whole.pages}
    assert len(sheets) == 2 * len(document.pages)
    found = list(pdf_structure.elements(whole))
    assert all(element.Pg.objgen in sheets for element in found if "/Pg" in element)
    # Every mark of a page is that of the element which its entry of the tree names.
    entries = dict(pdf_whole.numbered(whole.Root.StructTreeRoot.ParentTree))
    keys = [int(page.obj.StructParents) for page in whole.pages if "/StructParents" in page.obj]
    assert len(set(keys)) == len(keys) > len(document.pages)
    for page in whole.pages:
        for element in entries[int(page.obj.StructParents)]:
            if isinstance(element, pikepdf.Dictionary):
                marks = [kid for kid in pdf_structure.below(element) if not isinstance(kid, int)]
                named = {one.Pg.objgen for one in [element, *marks] if "/Pg" in one}
                assert page.objgen in named
    with whole.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert titles == ["One number, many factors, one minimizer"] * 2
        assert len(outline.root[1].children) == len(outline.root[0].children) > 5
    names = {str(name) for name in whole.Root.Dests}
    notes = [note for page in whole.pages for note in page.obj.get("/Annots", [])]
    assert {str(note.Dest) for note in notes if "/Dest" in note} <= names


def test_a_link_to_a_joined_chapter_leads_to_its_page(chapter: Path, student_book: Edition) -> None:
    from teach._tools import pdf_whole

    other = next(
        address.rpartition("/")[2].partition(".html#")
        for address in pdf_structure.addresses(pikepdf.open(chapter))
        if re.search(r"/book/\w+\.html#(thm|prop|cor)-", address)
    )
    neighbour = pikepdf.open(chapter)  # stands for the chapter that the link names
    neighbour.Root.Dests[f"/{other[2]}"] = neighbour.Root.Dests["/proof"]
    before = pdf_structure.addresses(pikepdf.open(chapter))
    whole = pdf_whole.join({CHAPTER: pikepdf.open(chapter), other[0]: neighbour}, student_book)
    wanted = f"{student_book.address}book/{other[0]}.html#{other[2]}"
    assert wanted in before
    assert wanted not in pdf_structure.addresses(whole)
