"""All chapters as one PDF: ``python -m teach._tools.pdf_whole [student|book]``.

The chapters' PDFs are joined, structure, bookmarks and all; links between them lead to pages then,
and no longer to the published book. Made on demand alone.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from teach._tools import pdf
from teach._tools.editions import Edition, editions
from teach._tools.pdf_structure import elements
from teach._tools.sources import OUT, ROOT, chapters, load


def numbered(tree: Any) -> Iterator[tuple[int, Any]]:
    """Yield the entries of a number tree."""
    numbers = list(tree.get("/Nums", []))
    yield from ((int(key), value) for key, value in zip(numbers[::2], numbers[1::2], strict=True))
    for kid in tree.get("/Kids", []):
        yield from numbered(kid)


def forms(place: Any, seen: set[Any]) -> Iterator[Any]:
    """Yield the forms that a page paints, each once."""
    for found in place.get("/Resources", {}).get("/XObject", {}).values():
        if found.get("/Subtype") == "/Form" and found.objgen not in seen:
            seen.add(found.objgen)
            yield found
            yield from forms(found, seen)


def renumber(source: Pdf, first: int, prefix: str) -> None:
    """Give the places, the elements and the marks of a PDF names that no other has."""
    seen: set[Any] = set()
    for page in source.pages:
        for note in page.obj.get("/Annots", []):
            if "/StructParent" in note:
                note.StructParent = int(note.StructParent) + first
            if "/Dest" in note and isinstance(note.Dest, Name):
                note.Dest = Name(f"/{prefix}{str(note.Dest)[1:]}")
        for place in [page.obj, *forms(page.obj, seen)]:
            if "/StructParents" in place:
                place.StructParents = int(place.StructParents) + first
    for element in elements(source):
        if "/ID" in element:
            element.ID = String(f"{prefix}{element.ID}")
        for told in element.get("/A", []):
            if "/Headers" in told:
                told.Headers = Array([String(f"{prefix}{head}") for head in told.Headers])


def bookmarks(source: Pdf, first: int) -> list[OutlineItem]:
    """Return the bookmarks of a PDF as those of one whose pages begin with another number."""
    places = {page.objgen: i for i, page in enumerate(source.pages)}

    def moved(item: OutlineItem) -> OutlineItem:
        page, _, left, top, *_ = item.destination
        copy = OutlineItem(
            item.title, first + places[page.objgen], "XYZ", left=float(left), top=float(top)
        )
        copy.children.extend(moved(child) for child in item.children)
        return copy

    with source.open_outline() as outline:
        return [moved(item) for item in outline.root]


def join(parts: dict[str, Pdf], edition: Edition) -> Pdf:
    """Return the PDFs of chapters as one."""
    whole, kids, numbers, places = Pdf.new(), Array(), Array(), Dictionary()
    root = whole.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    top = whole.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    marks: list[OutlineItem] = []
    after = 0
    for chapter, source in parts.items():
        prefix = f"{chapter}:"
        renumber(source, after, prefix)
        marks += bookmarks(source, len(whole.pages))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that names of places stay behind: they come below
            whole.pages.extend(source.pages)
        tree = whole.copy_foreign(whole_tree(source))
        for kid in tree.K if isinstance(tree.K, Array) else [tree.K]:
            kid.P, kid.S = top, Name.Part
            kids.append(kid)
        for key, value in numbered(tree.ParentTree):
            numbers.extend([key + after, value])
        found = whole.copy_foreign(source.make_indirect(source.Root.Dests))
        for name, place in found.items():
            places[f"/{prefix}{name[1:]}"] = place
        after += int(tree.ParentTreeNextKey)
    root.K, top.K, top.Lang = top, kids, String("en")
    root.ParentTree, root.ParentTreeNextKey = Dictionary(Nums=numbers), after
    whole.Root.StructTreeRoot, whole.Root.Dests = root, places
    whole.Root.Lang, whole.Root.MarkInfo = String("en"), Dictionary(Marked=True)
    whole.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with whole.open_outline() as outline:
        outline.root.extend(marks)
    bring_links_home(whole, edition, list(parts))
    settings = load(ROOT / "_config.yml")
    with whole.open_metadata(set_pikepdf_as_editor=False) as about:
        about["dc:title"] = str(settings["title"])
        about["dc:creator"] = [str(settings["author"])]
        about["dc:language"] = ["en"]
        about["dc:rights"] = "CC BY 4.0"
    whole.docinfo["/Title"] = String(str(settings["title"]))
    return whole


def whole_tree(source: Pdf) -> Any:
    """Return the structure of a PDF; the index of its elements' names is not needed."""
    tree = source.Root.StructTreeRoot
    if "/IDTree" in tree:
        del tree["/IDTree"]
    return tree


def bring_links_home(whole: Pdf, edition: Edition, names: list[str]) -> None:
    """Let links to other chapters lead to their pages."""
    bases = {f"{edition.address}book/{name}.html": name for name in names}
    firsts = {str(name).partition(":")[0]: place for name, place in whole.Root.Dests.items()}
    for page in whole.pages:
        for note in page.obj.get("/Annots", []):
            address, _, anchor = str(note.get("/A", {}).get("/URI", "")).partition("#")
            name = bases.get(address)
            if name is None or f"/{name}" not in firsts:
                continue
            place = f"/{name}:{unquote(anchor)}"
            if anchor and place in whole.Root.Dests:
                note.Dest = Name(place)
                note.Contents = String("Link to a place in this document")
                del note["/A"]


def main() -> int:
    """Print the chapters, and join them."""
    parser = argparse.ArgumentParser(description="Make one PDF of all chapters.")
    known = {edition.name: edition for edition in editions()}
    parser.add_argument("edition", nargs="?", choices=known, default="student")
    edition = known[parser.parse_args().edition]
    parts: dict[str, Pdf] = {}
    with pdf.browser() as context:
        for chapter in chapters():
            print(chapter, flush=True)
            parts[chapter] = pdf.finished(*pdf.printed(context, edition, chapter), edition)
    path = Path(OUT / "pdf" / edition.name / "whole-book.pdf")
    pdf.save(join(parts, edition), path)
    print(f"Ready: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
