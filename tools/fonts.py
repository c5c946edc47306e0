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
from typing import Any, NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

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


# A test says which character a page lacks: it then belongs here.
_LATIN = _characters("20-7E", "A0", "A7", "B1", "B7", "C4", "D6", "DC", "E0-FC", "141-142", "151")
_MARKS = _characters("2010-2014", "2018-201A", "201C-201E", "2022", "2026", "2212")
_HAND = _characters("20-7E", "A0", "B1", "B7", "D7", "E1", "E9", "F3", "F6", "FC", "142", "2192")
#: Letters of formulas: upright, and the code points of the italic, script and double-struck ones.
_LETTERS = _characters(
    "21-7E", "A0", "B1", "B7", "D7", "393", "394", "398", "39B", "39E", "3A0", "3A3", "3A6", "3A8",
    "3A9", "1D434-1D454", "1D456-1D467", "210E", "1D6FC-1D714", "1D6E4", "1D6E5", "1D6E9", "1D6EC",
    "1D6EF", "1D6F1", "1D6F4", "1D6F7", "1D6F9", "1D6FA", "1D715-1D71B", "1D4A2", "1D4A9", "1D4AA",
    "2112", "2133", "2115", "211D", "2113", "1D53C",
)  # fmt: skip
_FORMULAS = _LETTERS + _characters(
    "2016", "2026", "2032", "2033", "2061-2064", "2190", "2192", "2194", "21A6", "21D2", "21D4",
    "27F6", "2200", "2202", "2203", "2205", "2207-2209", "220F", "2211-2213", "2217", "2218",
    "221A", "221D", "221E", "2225", "2229", "222A", "222B", "223C", "2248", "2260", "2264", "2265",
    "226A", "226B", "2282", "2286", "2295", "2297", "22A4", "22A5", "22C5", "22EF", "2308-230B",
    "25A1", "2AAF", "2AB0", "302-305", "307", "AF", "2C6", "2D9", "2DC", "27E8", "27E9",
)  # fmt: skip
_TEXT_FEATURES = ["kern", "liga"]
_MATH_FEATURES = ["ssty", "dtls", "flac"]
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
    # Kerning weighs an eighth of a font: where words are few, it is left out.
    Font("Book", "400", "italic", f"{_TEXT}-400-italic", _LATIN + _MARKS, ["liga"]),
    Font("Book", "600", "normal", f"{_TEXT}-600-normal", _HAND + _MARKS, ["liga"]),
    Font("Book Math", "400", "normal", f"{_MATH}-400-normal", _FORMULAS, _MATH_FEATURES),
    # "Source" is a reserved name, so what is cut from that font has another.
    Font("Hand", "400 600", "normal", f"{_SANS}-wght-normal", _HAND + _MARKS, ["tnum"]),
]


def cut(
    path: Path,
    characters: list[int],
    features: list[str],
    weights: tuple[float, float] = (400, 400),
) -> bytes:
    """Return a font with these characters and weights alone, as WOFF2, always the same bytes."""
    options = subset.Options(
        layout_features=features,
        flavor="woff2",
        hinting=False,
        desubroutinize=True,
        notdef_outline=True,
        name_IDs=[],
        drop_tables=[*subset.Options().drop_tables, "STAT", "MVAR"],
    )
    whole: Any = str(path)
    if weights[0] < weights[1]:
        # The weights outside of what the book uses are a fifth of the font.
        whole = io.BytesIO()
        instancer.instantiateVariableFont(
            TTFont(path, recalcTimestamp=False), {"wght": weights}
        ).save(whole)
    font = subset.load_font(whole, options)
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
        weights = font.weight.split()
        span = float(weights[0]), float(weights[-1])
        data = cut(folder / f"{font.file}.woff2", font.characters, font.features, span)
        rules.append(rule(font, data))
        print(f"{font.family} {font.weight} {font.style}: {len(data)} bytes")
    STYLES.write_text(head + "".join(rules), encoding="utf-8")


if __name__ == "__main__":
    main()
