r"""Sphinx extension: the index that search.js searches, read from the finished pages.

An entry is a page, a section, a statement, an exercise, a picture to play with, a term or a
function, with the text there that belongs to no entry below it. Formulas are words: ``\sigma_1`` is
``σ_1``, which a reader may also write as "sigma_1". Code, outputs and solutions are left out.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formula_sources import read_whole
from page_parts import VOID
from side_by_side import side_by_side

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

KINDS = ("page", "section", "statement", "exercise", "picture", "term", "function", "symbol")
"""The kinds of entries; an entry holds the place of its kind in this list."""

_LETTERS = re.findall(
    r"\w+",
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma "
    "tau upsilon phi chi psi omega",
)
_SPELLED = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _LETTERS, strict=True)) | {"ς": "sigma"}
"""The Greek letters, and how they are spelled."""

_SHOWN = {name: letter for letter, name in _SPELLED.items() if letter != "ς"} | {
    "ell": "ℓ", "varepsilon": "ε", "Gamma": "Γ", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω",
    "le": "≤", "ge": "≥", "ne": "≠", "to": "→", "infty": "∞", "in": "∈", "nabla": "∇",
    "cdot": "·", "cdots": "⋯", "dots": "…", "ldots": "…", "times": "×", "otimes": "⊗", "top": "T",
    "sum": "Σ", "prod": "Π", "sqrt": "√", "max": "max", "min": "min", "log": "log", "exp": "exp",
    "det": "det", "lVert": "‖", "rVert": "‖", "|": "‖", "lvert": "|", "rvert": "|", "langle": "⟨",
    "rangle": "⟩", "pm": "±", "iff": "⇔", "partial": "∂", "square": "", "mathcal": "", "circ": "∘",
}  # fmt: skip
"""What stands for a command of TeX in a line of text."""

_SHIFTED = {"sub": "_", "sup": "^"}
"""What stands below and above, in a text that is no formula."""

_WORD = re.compile(r"[a-z]+\d*(?:_[a-z0-9]+)*|\d+(?:\.\d+)*")

LISTS = ("library", "ledger", "new_here")
"""Pages that list what stands elsewhere."""

LINE = 170
"""So much of a text is kept as it stands, to be shown; of the rest, the further words."""

COMMON = frozenset(
    re.findall(
        r"\w+",
        "the and for with that this are not but its from all has have one two can then let than "
        "which they there where when what into only any each other same such also does was were "
        "will below above here more most these those their between both",
    )
)
"""Words that nobody looks for."""

_QUIET = frozenset(
    re.findall(
        r"\S+",
        "headerlink statement-name statement-facts statement-map solution symbols cell_input "
        "above-input shown-formulas highlight eqno toctree-wrapper preview one-line",
    )
)
"""Classes of what is not searched."""


def readable(tex: str) -> str:
    r"""Return a formula as a line of text, with braces around what stands below or above.

    >>> readable(r"\frac{\lambda}{2} \le \sigma_1(A)^2"), readable(r"W_{l + 1}^\top")
    ('λ/2 ≤ σ_{1}(A)^{2}', 'W_{l+1}^{T}')
    >>> readable(r"e_{\mathrm{end}} < 0 \text{ there}")
    'e_{end} < 0 there'
    >>> readable(r"\| X \|_{S_{2/L}} + \mathbb{R}^{d_0}")
    '‖ X ‖_{S2/L} + R^{d0}'
    """
    text = re.sub(r"\\begin\{\w+\*?\}(\{[lcr]+\})?|\\end\{\w+\*?\}|&|\\\\|~", " ", tex)
    text = re.sub(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"\1/\2", text)
    text = re.sub(r"\\[dt]?frac(\w)(\w)", r"\1/\2", text)
    text = re.sub(r"\\(?:mathrm|text|operatorname)\*?\s*\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\([a-zA-Z]+|\|)", lambda m: _SHOWN.get(m[1], " "), text)
    text = re.sub(r"\\.", " ", text)
    while _MOVED.search(text):
        text = _MOVED.sub(_moved, text)
    return " ".join(re.sub(r"[{}]", "", text).translate(_BRACES).split())


# What stands below and above, from the inside out: the signs of those that are done differ.
_MOVED = re.compile(r"([_^])\s*(?:\{([^{}]*)\}|([^\s{}]))")
_DONE = {"_": "⤓", "^": "⤒"}
_BRACES = str.maketrans({"⤓": "_", "⤒": "^", "⟪": "{", "⟫": "}"})


def _moved(match: re.Match[str]) -> str:
    inside = re.sub(r"[\s_^⤓⤒⟪⟫]", "", match[2] or match[3] or "")
    return f"{_DONE[match[1]]}⟪{inside}⟫" if inside else ""


@dataclass
class Entry:
    """Something that can be found: where it is, what it is, its title and its text."""

    anchor: str
    kind: int
    title: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    @property
    def untitled_symbol(self) -> bool:
        """Whether it is a row of symbols whose first cell is still to come."""
        return KINDS[self.kind] == "symbol" and not self.title


class _Page(HTMLParser):
    """Reads the entries of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.entries: list[Entry] = []
        self.path: list[tuple[str, Entry | None, bool]] = []  # tag, the entry it opens, quiet
        self.inside: list[Entry] = []
        self.titled: str = ""  # the tag of the title that is being read
        self.formula = 0

    @property
    def quiet(self) -> bool:
        return any(quiet for _, _, quiet in self.path)

    def entry_of(self, tag: str, classes: str, anchor: str) -> Entry | None:
        words = classes.split()
        kind = (
            "section" if tag == "section" and anchor
            else "statement" if "proof" in words and "admonition" in words
            else "exercise" if "exercise" in words
            else "picture" if tag == "dmf-explorable"
            else "function" if tag == "dt" and "sig" in words
            else "term" if tag == "dt" and anchor.startswith("term-")
            else "symbol" if tag == "tr" and anchor.startswith("sym-")
            else ""
        )  # fmt: skip
        if not anchor or not kind or (kind != "section" and not self.inside):
            return None
        found = Entry(anchor, KINDS.index(kind if self.entries else "page"))
        self.entries.append(found)
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in VOID:
            return
        classes = given.get("class", "")
        found = None if self.quiet else self.entry_of(tag, classes, given.get("id", ""))
        quiet = tag in ("script", "style", "svg", "nav", "pre", "noscript", "template")
        self.path.append((tag, found, quiet or not _QUIET.isdisjoint(classes.split())))
        if found:
            self.inside.append(found)
        if (
            re.fullmatch(r"h[1-4]", tag)
            or not {"admonition-title", "dmf-title"}.isdisjoint(classes.split())
            or (tag == "dt" and found)
            or (tag == "td" and self.inside and self.inside[-1].untitled_symbol)
        ):
            self.titled = tag
        if tag == "annotation":
            self.formula += 1
        if tag in _SHIFTED:
            self.note(_SHIFTED[tag] + "{")

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _, _ in self.path):
            return
        while self.path:
            name, found, _ = self.path.pop()
            # What explains a term or a function stands after it.
            if found and found.kind not in (KINDS.index("term"), KINDS.index("function")):
                self.inside.remove(found)
            if name == tag:
                break
        if tag == "dd" and self.inside and KINDS[self.inside[-1].kind] in ("term", "function"):
            self.inside.pop()
        if tag == self.titled:
            self.titled = ""
        if tag == "annotation":
            self.formula -= 1
        if tag in _SHIFTED:
            self.note("}")

    def handle_data(self, data: str) -> None:
        """Note a text that is not quiet."""
        self.note(data)

    def note(self, data: str) -> None:
        """Put a text where it belongs: to a title, or to what stands below one."""
        tags = [tag for tag, _, _ in self.path]
        # The source of a formula is read in place of its parts; a letter is its own source.
        if not self.inside or self.quiet or ("semantics" in tags and not self.formula):
            return
        entry = self.inside[-1]
        words = readable(data) if self.formula else data
        if self.titled:
            entry.title.append(words)
        elif KINDS[entry.kind] != "picture":
            entry.text.append(words)


# A formula is read from its source alone, and has dozens of parts that would only be passed over.
_PARTS = re.compile(r"<semantics>.*?(<annotation\b[^>]*>[^<]*</annotation>)</semantics>", re.DOTALL)


def entries(page: str) -> list[Entry]:
    """Return the entries of a page, the page itself first."""
    reader = _Page()
    reader.feed(_PARTS.sub(r"\1", page))
    return reader.entries


def line(words: list[str]) -> str:
    """Return the parts of a text as one line."""
    text = " ".join("".join(words).split())
    return re.sub(r"\s+([,.;:)])", r"\1", text)


def fold(text: str) -> str:
    """Return a text as search.js compares it: Latin letters, Greek ones spelled, no accents.

    >>> fold("Hölder, σ₁ and Λ_max, lambda2")
    'holder, sigma_1 and lambda_max, lambda_2'
    """
    text = re.sub("[₀-₉]", lambda m: f"_{ord(m[0]) - 0x2080}", text)
    text = unicodedata.normalize("NFKD", text.lower())
    text = "".join(
        _SPELLED.get(letter, letter) for letter in text if not unicodedata.combining(letter)
    )
    text = re.sub(r"[\\${}]", "", text)
    return re.sub(rf"\b({'|'.join(_SPELLED.values())})(?=\d)", r"\1_", text)


def words(text: str) -> list[str]:
    """Return the words that can be found in a text."""
    return _WORD.findall(fold(text))


def row(entry: Entry, *, brief: bool = False) -> list[Any]:
    """Return an entry of the index: the beginning of its text, and the further words of the rest.

    A brief entry is one sentence at most, of a page that lists what others tell.
    """
    text, title = line(entry.text), line(entry.title)
    if brief:
        return [entry.anchor, entry.kind, title, text.partition(". ")[0][: LINE // 2]]
    cut = text[:LINE].rfind(" ") if len(text) > LINE else len(text)
    known = set(words(f"{title} {text[:cut]}"))
    more = sorted({word for word in words(text[cut:]) if len(word) > 2} - known - COMMON)
    return [entry.anchor, entry.kind, title, text[:cut], *([" ".join(more)] if more else [])]


def rows(root: Path, docname: str) -> list[list[Any]]:
    """Return the rows of a page, without its number, which comes first in them."""
    path = root / f"{docname}.html"
    brief = path.stem in LISTS
    return [row(entry, brief=brief) for entry in entries(read_whole(root, path))]


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the index into a script: pages from disk may not read data otherwise."""
    if exception is not None or app.builder.format != "html":
        return
    root = Path(app.outdir)
    ordered = sorted(app.env.found_docs, key=reading_order(app))
    pages = [docname for docname in ordered if (root / f"{docname}.html").exists()]
    numbered = enumerate(side_by_side(app, partial(rows, root), pages))
    index = {
        "pages": pages,
        "kinds": KINDS,
        "greek": _SPELLED,
        "rows": [[number, *one] for number, found in numbered for one in found],
    }
    data = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    script = f"globalThis.bookIndex = {data};\n"
    (root / "_static/search-index.js").write_text(script, encoding="utf-8")


def reading_order(app: Sphinx) -> Any:
    """Return the key by which pages are sorted: their place in the table of contents."""
    order = {app.config.root_doc: -1}
    for number, docname in enumerate(app.env.toctree_includes.get(app.config.root_doc, [])):
        order[docname] = number
    return lambda docname: (order.get(docname, len(order)), docname)


def replace_search(app: Sphinx) -> None:
    """Let Sphinx make no index of its own; its page for search is ours."""
    app.builder.search = False  # type: ignore[attr-defined]
    app.config.html_additional_pages["search"] = "search.html"


def add_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the script and the styles of search in every page."""
    app.add_css_file("explorables/palette.css")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx; pages are read when the others have finished them."""
    app.connect("builder-inited", replace_search)
    app.connect("html-page-context", add_files)
    app.connect("build-finished", write, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
