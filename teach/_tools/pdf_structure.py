"""The structure of a PDF that Chromium printed: what it leaves undone, and what it says.

Chromium knows no formulas, but it keeps the name of an image and the language of any element. So a
formula is printed as an image with a name, in a language that is none, ``x-formula``; here the
images of that language become formulas. What a page hides from screen readers Chromium leaves
without a mark, and here it becomes an artifact. Bookmarks lose the blank where a heading is broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pikepdf import (
    Array,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Object,
    Operator,
    OutlineItem,
    Pdf,
    String,
    parse_content_stream,
    unparse_content_stream,
)

FORMULA = "x-formula"
#: Operators that leave something on the page.
PAINTING = frozenset(
    [
        "Tj",
        "TJ",
        "'",
        '"',
        "f",
        "F",
        "f*",
        "S",
        "s",
        "B",
        "B*",
        "b",
        "b*",
        "sh",
        "Do",
        "INLINE IMAGE",
    ]
)


def below(element: Any) -> Iterator[Any]:
    """Yield what an element of the structure consists of."""
    kids = element.get("/K")
    if kids is not None:
        yield from kids if isinstance(kids, Array) else [kids]


def elements(pdf: Pdf) -> Iterator[Any]:
    """Yield the elements of a PDF's structure, in the order of reading."""
    waiting: list[Any] = list(below(pdf.Root.get("/StructTreeRoot", {})))
    while waiting:
        element = waiting.pop()
        if isinstance(element, Dictionary) and "/S" in element:
            yield element
            waiting += reversed(list(below(element)))


def descriptions(pdf: Pdf) -> list[str]:
    """Return what a PDF says of its figures and formulas."""
    return [str(element["/Alt"]) for element in elements(pdf) if "/Alt" in element]


def form_of(place: Any, instruction: Any) -> Any:
    """Return the form that an instruction paints; None if it paints something else."""
    if str(instruction.operator) != "Do":
        return None
    found = place.get("/Resources", {}).get("/XObject", {}).get(str(instruction.operands[0]))
    return found if found is not None and found.get("/Subtype") == "/Form" else None


def loose(place: Any, seen: set[Any] | None = None) -> Iterator[tuple[Any, list[int]]]:
    """Yield content streams with the instructions that paint outside of all marks.

    A form that is painted outside of them may hold marks of its own, so it is looked into.
    """
    seen = set() if seen is None else seen
    depth, found, instructions = 0, [], list(parse_content_stream(place))
    for i, instruction in enumerate(instructions):
        operator = str(instruction.operator)
        depth += (operator in ("BDC", "BMC")) - (operator == "EMC")
        if depth or operator not in PAINTING:
            continue
        form = form_of(place, instruction)
        if form is None:
            found.append(i)
        elif form.objgen not in seen:
            seen.add(form.objgen)
            yield from loose(form, seen)
    yield place, found


def hide_what_is_loose(pdf: Pdf) -> None:
    """Make artifacts of what is painted outside of all marks."""
    begin = ContentStreamInstruction([Name.Artifact], Operator("BMC"))
    end = ContentStreamInstruction([], Operator("EMC"))
    for page in pdf.pages:
        for place, found in list(loose(page.obj)):
            if not found:
                continue
            at, kept = set(found), []
            for i, instruction in enumerate(parse_content_stream(place)):
                kept += [begin, instruction, end] if i in at else [instruction]
            data = unparse_content_stream(kept)
            if place.get("/Type") == "/Page":
                place.Contents = pdf.make_stream(data)
            else:
                place.write(data)


def name_bookmarks(pdf: Pdf, headings: list[str]) -> None:
    """Call the bookmarks as the page calls its headings, in the same order."""
    with pdf.open_outline() as outline:

        def walk(items: list[OutlineItem]) -> Iterator[OutlineItem]:
            for item in items:
                yield item
                yield from walk(item.children)

        for item, heading in zip(list(walk(outline.root)), headings, strict=True):
            item.title = heading


def mend(pdf: Pdf, headings: list[str]) -> None:
    """Make formulas of the images that stand for them, and the rest that the module tells of."""
    for element in elements(pdf):
        if element.get("/Lang") == FORMULA:
            element.S = Name.Formula
            del element["/Lang"]
        elif Name.Form == element.S:
            element.S = Name.Div  # a choice, printed: nothing is to be filled in
    for page in pdf.pages:
        page.obj.Tabs = Name.S
        for note in page.obj.get("/Annots", []):
            if note.get("/Subtype") == "/Link" and "/Contents" not in note:
                address = note.get("/A", {}).get("/URI")
                place = "a place in this document" if address is None else str(address)
                note.Contents = String(f"Link to {place}")
    hide_what_is_loose(pdf)
    name_bookmarks(pdf, headings)


def addresses(pdf: Pdf) -> list[str]:
    """Return where the links of a PDF lead that leave it."""
    notes: list[Object] = [note for page in pdf.pages for note in page.obj.get("/Annots", [])]
    return [str(note.A.URI) for note in notes if "/URI" in note.get("/A", {})]
