"""Does what is handed out hold a solution? ``python -m teach._tools.leaks [FOLDER ...]``.

Looked for are pieces of every solution of the book, long enough to be unmistakable and found
nowhere else in it, and the canaries of the overlay ``teach/private/``: tokens such as
``CANARY-4f1c09b2ad71``, one at least in each of its text files. Archives are unpacked, PDFs read.
Without a folder, all that ``make teach`` made is looked through. What is for teachers may hold
solutions (``FOR_TEACHERS``), but no canary.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import re
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from teach._tools import editions  # noqa: F401  (finds the book's own tools)
from teach._tools.sources import OUT, ROOT, TEACH

#: Made files that hold solutions on purpose, as patterns below ``_build/teach``.
FOR_TEACHERS = [
    "offline/dmfbook-*-book.zip*",
    "offline/single-book/*",
    "pdf/book/*",
]
#: Pieces that stand elsewhere and mean something else there.
INNOCENT = {"arehalfthesumandhalfthedifferenceof": "singular values, in a comment on a formula"}
CANARY = re.compile(r"CANARY-[0-9A-Za-z]{12,}")
#: Letters and digits that a piece has at least, and pieces that are looked for of a solution.
SHORTEST, LEAST, PIECES = 28, 18, 8

_SOLUTION = re.compile(
    r"^(?P<fence>`{3,}|:{3,}|~{3,})\{solution\}[ ]+(?P<exercise>\S+)\n"
    r"(?P<body>.*?)^(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
_CODE = re.compile(r"^(`{3,})[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
_PARTS = re.compile(
    r"\$\$.*?\$\$|\$[^$]*\$|\{[\w:]+\}`[^`]*`|\]\([^)]*\)|[`*]+|^:\w+:[^\n]*$", re.S | re.M
)
_ESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:[nrt]|u([0-9a-f]{4}))")
_TAG = re.compile(r"<[^<>]{0,3000}>")


@dataclass(frozen=True)
class Secret:
    """A string that nothing handed out may hold, and whose it is."""

    whose: str
    text: str


def squashed(text: str) -> str:
    """Return the letters and digits of a text, which outlive quoting, line breaks and ligatures."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", plain)


def readings(text: str) -> tuple[str, str]:
    """Return the letters and digits of a file, as it stands and as a reader of its HTML sees it."""

    def meant(match: re.Match[str]) -> str:
        return match[1] + (chr(int(match[2], 16)) if match[2] else " ")

    text = _ESCAPED.sub(meant, text)
    return squashed(text), squashed(html.unescape(_TAG.sub("", text.replace("<\\/", "</"))))


def chapter_texts(path: Path) -> Iterator[str]:
    """Yield the cells of a notebook, or the text of a page."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        yield from ("".join(cell["source"]) for cell in json.loads(text)["cells"])
    else:
        yield text


def pieces(solution: str) -> list[str]:
    """Return the lines of code, the formulas and the words between them of a solution."""
    code = [
        line
        for block in _CODE.finditer(solution)
        for line in block[2].splitlines()
        if not re.match(r"(from|import) ", line)  # examples in docstrings begin alike
    ]
    prose = _CODE.sub("\n", solution)
    formulas = [part for part in _PARTS.findall(prose) if part.startswith("$")]
    return [*code, *formulas, *_PARTS.sub("\0", prose).split("\0")]


def solutions_of_the_book(book: Path = ROOT / "book") -> list[Secret]:
    """Return of every solution the longest pieces that stand nowhere else in the book."""
    from solutions import strip_source

    files = sorted([*book.glob("*.ipynb"), *book.glob("*.md")])
    public = "\n".join(
        reading
        for file in files
        for reading in readings(strip_source(file.read_text(encoding="utf-8"), file.suffix))
    )
    found = []
    for file in files:
        told = [match for text in chapter_texts(file) for match in _SOLUTION.finditer(text)]
        whole = file.read_text(encoding="utf-8")
        if len(told) != whole.count("{solution"):
            raise ValueError(f"{file.name} has a solution that is not read here: is it gated?")
        for match in told:
            own = {squashed(piece) for piece in pieces(match["body"])} - set(INNOCENT)
            kept = [piece for piece in own if len(piece) >= LEAST and piece not in public]
            if not kept:
                raise ValueError(f"the solution of {match['exercise']} has no piece to look for")
            longest = sorted(kept, key=lambda piece: (-len(piece), piece))[:PIECES]
            # Of a short solution one piece has to do.
            sure = [piece for piece in longest if len(piece) >= SHORTEST] or longest[:1]
            found += [Secret(match["exercise"], piece) for piece in sure]
    return found


def canaries(overlay: Path = TEACH / "private") -> list[Secret]:
    """Return the canaries of an overlay; none where there is no overlay."""
    found = []
    for file in sorted(overlay.rglob("*")):
        if not file.is_file() or "__pycache__" in file.parts:
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        tokens = CANARY.findall(text)
        if text.strip() and not tokens:
            raise ValueError(
                f"{file} has no canary: "
                "put a line such as CANARY-4f1c09b2ad71 (with other digits) into it"
            )
        found += [Secret(f"overlay, {file.relative_to(overlay)}", squashed(t)) for t in tokens]
    return found


def pdf_text(data: bytes) -> str:
    """Return the text of a PDF, with what it says of figures and formulas."""
    import pikepdf
    from pypdf import PdfReader

    from teach._tools.pdf_structure import descriptions

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    with pikepdf.open(io.BytesIO(data)) as opened:
        return "\n".join([*pages, *descriptions(opened)])


def texts(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts in a file, each with its name; archives are looked into."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield f"{name}!{inner}", inner
                yield from texts(f"{name}!{inner}", archive.read(inner))
    elif data.startswith(b"%PDF"):
        yield name, pdf_text(data)
    else:
        yield name, data.decode("utf-8", errors="ignore")


def leaks(
    files: Iterable[tuple[str, bytes]], solutions: list[Secret], tokens: list[Secret]
) -> list[str]:
    """Return which files hold which secrets."""
    found = []
    known: dict[tuple[str, int], set[str]] = {}  # many files are in several archives

    def held(text: str, looked_for: list[Secret]) -> set[str]:
        key = (text, len(looked_for))
        if looked_for and key not in known:
            seen = readings(text)
            known[key] = {s.whose for s in looked_for if any(s.text in there for there in seen)}
        return known.get(key, set())

    for name, data in files:
        meant = any(fnmatch(name, pattern) for pattern in FOR_TEACHERS)
        looked_for = tokens if meant else solutions + tokens
        for place, text in texts(name, data) if looked_for else ():
            whose = sorted(held(text, looked_for))
            found += [f"{place} holds a piece of: {one}" for one in whose]
    return found


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files below a folder, named from there."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), file.read_bytes()


def main() -> int:
    """Look through folders, and say what leaks."""
    parser = argparse.ArgumentParser(description="Look for solutions in what is handed out.")
    parser.add_argument("folders", nargs="*", type=Path, default=[OUT])
    solutions, tokens = solutions_of_the_book(), canaries()
    count = 0
    for folder in parser.parse_args().folders:
        for said in leaks(files_below(folder), solutions, tokens):
            print(said)
            count += 1
    print(f"{len(solutions)} pieces of solutions and {len(tokens)} canaries: {count} leaks")
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main())
