r"""Displays in one line: rows that are broken for a phone alone, joined where they fit.

An expression or a chain of relations is written in rows that fit a phone. Where the column is as
wide as a laptop's, it stands in one line if it fits there: how wide it will be is estimated from
its MathML, and a browser test sees to it that no estimate is too small.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from xml.etree import ElementTree

COLUMN = 31.3
"""The width of the text where it is widest, in em of its formulas."""
INDENT = 1.35
"""What a list, a statement or an aside takes of it, in em."""
NUMBER = 3.4
"""What the number of an equation takes of it, in em."""

_BEGIN = re.compile(r"\\begin\{(aligned|gathered)\}(.*)\\end\{\1\}", re.DOTALL)
_ROWS = re.compile(
    r"\\begin\{(aligned|gathered|align\*?|split|multline)\}(.*)\\end\{\1\}", re.DOTALL
)
_SPACE = r"(?:\\quad|\\qquad|\\[,;:! ]|\{\}|&|\s)"
_STACKED = r"(?:\\(?:over|under)set\{[^{}]*\}\{\s*)?"
_SIGN = (
    r"\\(?:le|ge|leq|geq|ne|neq|to|in|subset|subseteq|sim|approx|equiv|propto|prec|preceq|succ"
    r"|succeq|ll|gg|mapsto|rightarrow|longrightarrow|Rightarrow|implies|iff"
    r"|pm|cdot|times|otimes|oplus|cap|cup|circ)(?![A-Za-z])|[-=<>+]"
)
_GOES_ON = re.compile(rf"{_STACKED}(?:{_SIGN})")
_UNFINISHED = re.compile(rf"(?:{_SIGN})$")
_WORDS = re.compile(r"\\text\{[^{}]*\}")
_DEPTH = re.compile(r"(\\begin\b|\{)|(\\end\b|\})|(\\\\)")


def rows_of(tex: str) -> list[str]:
    r"""Return the rows between the signs of a new row that no brace or matrix holds.

    >>> rows_of(r"a \\ \begin{pmatrix} b \\ c \end{pmatrix} \\ d")
    ['a ', ' \\begin{pmatrix} b \\\\ c \\end{pmatrix} ', ' d']
    """
    rows, start, depth = [], 0, 0
    # Braces that are signs, and any others behind a backslash, open and close nothing.
    for sign in _DEPTH.finditer(re.sub(r"\\[{}]", "--", tex)):
        depth += bool(sign[1]) - bool(sign[2])
        if sign[3] and not depth:
            rows.append(tex[start : sign.start()])
            start = sign.end()
    return [*rows, tex[start:]]


def joined(tex: str) -> str | None:
    r"""Return a display with each of its statements in one line, or None where nothing is joined.

    A row goes on with the statement before if it begins with a relation or an operator, if the row
    before ends so, or if there are words between them. Any other row begins a statement, which only
    a comma, a full stop or the like before it makes sure: without one, nothing is joined.

    >>> joined(r"\begin{aligned} & f(x) \\ & \quad {} = x \end{aligned}")
    'f(x) = x'
    >>> joined(r"\begin{aligned} & a \\ & = b , \\ & c = d \end{aligned}")
    '\\begin{aligned}& a = b , \\\\ & c = d\\end{aligned}'
    >>> joined(r"\begin{aligned} a &= b , \\ c &= d \end{aligned}")
    """
    whole = _BEGIN.fullmatch(tex.strip())
    if whole is None:
        return None
    rows = [re.sub(rf"{_SPACE}+$", "", row.strip()) for row in rows_of(whole[2])]
    bare = [re.sub(rf"^{_SPACE}+", "", row) for row in rows]
    if not all(bare):
        return None
    statements = rows[:1]
    for row, begins, before in zip(rows[1:], bare[1:], bare, strict=False):
        words = _WORDS.match(begins) or re.search(rf"{_WORDS.pattern}$", before)
        ends = before[-1] in ",.;:"
        if words or (not ends and (_GOES_ON.match(begins) or _UNFINISHED.search(before))):
            statements[-1] += (r" \quad " if words else " ") + without_marks(begins)
        elif ends:
            statements.append(row)
        else:
            return None
    if len(statements) == len(rows):
        return None
    if len(statements) == 1:
        return re.sub(rf"^{_SPACE}+", "", without_marks(statements[0]))
    return rf"\begin{{{whole[1]}}}" + r" \\ ".join(statements) + rf"\end{{{whole[1]}}}"


def broken_products(tex: str) -> list[tuple[str, str]]:
    r"""Return the rows of a display that begin with a factor of the product before, with those.

    Nothing there says that the product goes on: a row ends with a comma or the like, with a sign or
    with words, or the next begins so.

    >>> broken_products(r"\begin{aligned} & A \\ & = B C \\ & \quad D , \\ & E = F \end{aligned}")
    [('= B C', 'D ,')]
    """
    whole = _ROWS.search(tex)
    rows = [] if whole is None else rows_of(whole[2])
    bare = [re.sub(rf"^{_SPACE}+|{_SPACE}+$", "", row.strip()) for row in rows]
    return [
        (row, following)
        for row, following in itertools.pairwise(bare)
        if row
        and following
        and row[-1] not in ",.;:"
        and not _GOES_ON.match(following)
        and not _UNFINISHED.search(row)
        and not _WORDS.match(following)
        and not re.search(rf"{_WORDS.pattern}$", row)
    ]


def without_marks(row: str) -> str:
    r"""Return a row without its marks of alignment; those of matrices in it stay.

    >>> without_marks(r"a & = \begin{pmatrix} b & c \end{pmatrix}")
    'a  = \\begin{pmatrix} b & c \\end{pmatrix}'
    """
    matrix = r"(\\begin\{(\w+)\}.*?\\end\{\2\})"
    return re.sub(rf"{matrix}|&", lambda found: found[1] or "", row, flags=re.DOTALL)


# Widths of signs, in em, a little above those in the font of the book.
_WIDTHS = {
    **dict.fromkeys("ijlIι.,:;!|'′⋅", 0.32),
    **dict.fromkeys("()[]{}⟨⟩", 0.37),
    **dict.fromkeys("‖crstfzJ−", 0.45),
    **dict.fromkeys("=+−<>≤≥≠±×∈→⊤∇∼≈⪯ADGHNOQUVΘΛΠΦΨ", 0.75),
    **dict.fromkeys("mwMWΩ∞∑∏⋯…⊗⊕", 0.95),
    "∏": 1.2,
    "∑": 1.4,
    "⟶": 1.65,
    "⁡": 0.0,
}
_RELATIONS = frozenset("=<>≤≥≠∈→⟶∼≈⪯≡⊂⊆↦⇒")
_OPERATORS = frozenset("+−±×⋅⊗⊕∩∪∘")


def width(mathml: str) -> float:
    """Return about how wide a formula is, in em of its text.

    >>> 1 < width("<math><mi>x</mi><mo>+</mo></math>") < 2
    True
    """
    readable = re.sub(r"&(?!amp;|lt;|gt;)\w+;", "", mathml)
    return _width(ElementTree.fromstring(readable))


def _length(text: str | None, otherwise: float) -> float:
    """Return a length of an attribute in em."""
    found = re.match(r"(-?[\d.]+)(?:em)?$", text or "")
    return float(found[1]) if found else otherwise


def _token(node: ElementTree.Element) -> float:
    text = (node.text or "").strip(" \n") if node.tag != "mtext" else node.text or ""
    total = sum(_WIDTHS.get(sign, 0.3 if sign.isspace() else 0.6) for sign in text)
    if node.tag != "mo":
        return total
    space = (
        0.278 if text in _RELATIONS else 0.222 if text in _OPERATORS
        else 0.167 if text in ("∑", "∏") else 0.0
    )  # fmt: skip
    after = 0.167 if text in (",", ";") else space
    sizes = [_length(node.get(name), 1) for name in ("minsize", "maxsize")]
    total *= 1 + 0.35 * (max(sizes) - 1)
    if text and text in "()[]{}⟨⟩" and node.get("stretchy") != "false":
        total += 0.2
    return total + _length(node.get("lspace"), space) + _length(node.get("rspace"), after)


def _table(node: ElementTree.Element) -> float:
    rows = [[_width(cell) for cell in row] for row in node]
    columns = max((len(row) for row in rows), default=0)
    widest = (max(row[n] for row in rows if n < len(row)) for n in range(columns))
    return sum(widest) + 1.0 * columns


def _widths(node: ElementTree.Element) -> list[float]:
    return [_width(part) for part in node]


def _scripts(node: ElementTree.Element) -> float:
    base, *scripts = _widths(node)
    return base + 0.74 * max(scripts, default=0.0)


def _stacked(node: ElementTree.Element) -> float:
    base, *scripts = _widths(node)
    return base if node.get("accent") else max(base, *(0.74 * script for script in scripts))


def _fraction(node: ElementTree.Element) -> float:
    return max(_widths(node), default=0.0) + 0.15


_MEASURES: dict[str, Callable[[ElementTree.Element], float]] = {
    **dict.fromkeys(("mi", "mo", "mn", "mtext", "ms"), _token),
    **dict.fromkeys(("msub", "msup", "msubsup"), _scripts),
    **dict.fromkeys(("munder", "mover", "munderover"), _stacked),
    "mfrac": _fraction,
    "mtable": _table,
    "mspace": lambda node: _length(node.get("width"), 0.0),
    "msqrt": lambda node: sum(_widths(node)) + 0.9,
    "mroot": lambda node: _width(node[0]) + 0.9,
    "annotation": lambda node: 0.0,
}


def _width(node: ElementTree.Element) -> float:
    measure = _MEASURES.get(node.tag)
    total = measure(node) if measure else sum(_widths(node))
    return total * (0.75 if node.get("displaystyle") == "false" and node.tag == "mfrac" else 1)
