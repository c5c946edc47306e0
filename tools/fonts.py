"""Make ``book/_static/fonts.css``: the fonts of the book, cut to the characters that it uses.

``fonts.py FOLDER`` reads the whole fonts from the packages that ``npm install`` put into the folder
(``make fonts`` does both). A font stands in the stylesheet itself, as a data address: so no page
moves when it arrives, pages opened from disk and in sandboxed frames have it too, and the
browser keeps it like any stylesheet.
"""

from __future__ import annotations

import argparse
import base64
import io
from pathlib import Path
from typing import NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
STYLES = ROOT / "book/_static/fonts.css"
#: npm packages and their versions; all are under the SIL Open Font License 1.1.
PACKAGES = {
    "@fontsource/stix-two-text": "5.3.0",
    "@fontsource/stix-two-math": "5.3.0",
    "@fontsource-variable/source-sans-3": "5.3.1",
}


def _characters(*ranges: str) -> list[int]:
    """Return code points from ranges such as ``"20-7E"``, in hexadecimal."""
    found: list[int] = []
    for part in ranges:
        first, _, last = part.partition("-")
        found += range(int(first, 16), int(last or first, 16) + 1)
    return found


_LATIN = _characters("20-7E", "A0", "A7", "AB", "B1", "B7", "BB", "C0-FF", "141-142", "15A-161")
_MARKS = _characters("2010-2014", "2018-201A", "201C-201E", "2022", "2026", "2212")
#: Letters of formulas: upright, and the code points of the italic, script and double-struck ones.
_LETTERS = _characters("21-7E", "A0", "B1", "B7", "D7", "391-3C9", "3D1", "3D5", "3F5")
_ALPHABETS = _characters(
    "1D434-1D454", "1D456-1D467", "210E", "1D6FC-1D714", "1D6E4-1D6FA", "1D715-1D71B",
    "1D49C-1D4B5", "210B", "2110", "2112", "211B", "212C", "2130", "2131", "2133",
    "2102", "2115", "211D", "2124", "1D7D9", "1D400-1D433", "131",
)  # fmt: skip
_FORMULAS = _LETTERS + _ALPHABETS + _characters(
    "2016", "2020", "2026", "2032", "2033", "2061-2064", "20D7", "2113", "2190-2194", "21A6",
    "21D0-21D4", "27F5-27FA", "2200-2209", "220F-2213", "2217-221A", "221D", "221E", "2225",
    "2227-222B", "2234", "223C", "2243", "2245", "2248", "2254", "2260", "2261", "2264", "2265",
    "226A", "226B", "227A-227E", "2282-2287", "2295", "2297", "22A4", "22A5", "22C5", "22EE-22F1",
    "2308-230B", "23B0", "25A1", "25CB", "2AAF", "2AB0", "302-304", "306-308", "305", "AF", "5E",
    "2C6", "2C7", "2D8", "2D9", "2DC", "27E8", "27E9", "20D6", "23DE", "23DF", "2322", "2323",
)  # fmt: skip
_TEXT_FEATURES = ["kern", "liga", "lnum", "tnum", "ccmp", "locl", "mark"]
_MATH_FEATURES = ["kern", "ssty", "dtls", "flac", "ccmp", "mark"]
_TEXT = "@fontsource/stix-two-text/files/stix-two-text-latin"
_MATH = "@fontsource/stix-two-math/files/stix-two-math-latin"
_SANS = "@fontsource-variable/source-sans-3/files/source-sans-3-latin"


class Font(NamedTuple):
    """A font of the book, and where it is cut from."""

    family: str
    weight: str
    style: str
    file: str
    characters: list[int]
    features: list[str]


FONTS = [
    Font("Book", "400", "normal", f"{_TEXT}-400-normal", _LATIN + _MARKS, _TEXT_FEATURES),
    Font("Book", "400", "italic", f"{_TEXT}-400-italic", _LATIN + _MARKS, _TEXT_FEATURES),
    Font("Book", "600", "normal", f"{_TEXT}-600-normal", _LATIN + _MARKS, _TEXT_FEATURES),
    Font("Book Math", "400", "normal", f"{_MATH}-400-normal", _FORMULAS, _MATH_FEATURES),
    # "Source" is a reserved name, so what is cut from that font has another.
    Font("Hand", "400 600", "normal", f"{_SANS}-wght-normal", _LATIN + _MARKS, ["kern", "tnum"]),
]


def cut(path: Path, characters: list[int], features: list[str]) -> bytes:
    """Return a font with these characters alone, as WOFF2, the same bytes on every run."""
    options = subset.Options(
        layout_features=features,
        flavor="woff2",
        hinting=False,
        desubroutinize=True,
        notdef_outline=True,
    )
    font = subset.load_font(str(path), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    file = io.BytesIO()
    subset.save_font(font, file, options)
    return file.getvalue()


def rule(font: Font, data: bytes) -> str:
    """Return the rule that holds a font."""
    address = f"data:font/woff2;base64,{base64.b64encode(data).decode()}"
    return (
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight}; '
        f"font-style: {font.style}; font-display: block; "
        f'src: url("{address}") format("woff2"); }}\n'
    )


def fonts_of(styles: str) -> dict[str, list[TTFont]]:
    """Return the fonts that a stylesheet made here holds, by family."""
    found: dict[str, list[TTFont]] = {}
    for line in styles.splitlines():
        if line.startswith("@font-face"):
            family, data = line.split('"')[1], line.split("base64,")[1].split('"')[0]
            found.setdefault(family, []).append(TTFont(io.BytesIO(base64.b64decode(data))))
    return found


def main() -> None:
    """Write the stylesheet."""
    parser = argparse.ArgumentParser(description="Cut the fonts of the book.")
    parser.add_argument("folder", type=Path, nargs="?", help="where npm has put the packages")
    parser.add_argument("--packages", action="store_true", help="name the packages, and stop")
    arguments = parser.parse_args()
    if arguments.packages or not arguments.folder:
        print(*(f"{name}@{version}" for name, version in PACKAGES.items()))
        return
    folder = arguments.folder / "node_modules"
    head = (
        "/* Made by tools/fonts.py from STIX Two Text and Math and Source Sans 3 (here Hand), cut\n"
        "   to the characters of the book. SIL Open Font License 1.1: see licences/. */\n"
    )
    rules = []
    for font in FONTS:
        data = cut(folder / f"{font.file}.woff2", font.characters, font.features)
        rules.append(rule(font, data))
        print(f"{font.family} {font.weight} {font.style}: {len(data)} bytes")
    STYLES.write_text(head + "".join(rules), encoding="utf-8")


if __name__ == "__main__":
    main()
