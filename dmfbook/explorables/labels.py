"""Text with mathematics between dollar signs, made into HTML, plain words or matplotlib text.

Mathematics becomes MathML here, in Python: browsers draw it without any script, in the book as in
Jupyter, and screen readers read it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import unescape

from latex2mathml.converter import convert_to_element

_WORDS = {
    "lambda": "λ", "sigma": "σ", "kappa": "κ", "eta": "η", "theta": "θ", "mu": "μ", "tau": "τ",
    "alpha": "α", "beta": "β", "epsilon": "ε", "rho": "ρ", "phi": "φ", "Delta": "Δ", "ell": "ℓ",
    "cdots": "⋯", "dots": "…", "ldots": "…", "cdot": "·", "times": "×", "le": "≤", "ge": "≥",
    "ne": "≠", "to": "→", "infty": "∞", "sum": "Σ", "approx": "≈", "pm": "±", "mp": "∓",
    "star": "*", "ast": "*", "top": "T", "in": "∈", "partial": "∂", "nabla": "∇", "pi": "π",
    "omega": "ω", "delta": "δ", "gamma": "γ", "sqrt": "√",
    "varepsilon": "ε", "Sigma": "Σ", "otimes": "⊗",
    "|": "‖", ",": " ", ";": " ", ":": " ", "!": "", " ": " ", "{": "", "}": "", "%": "%",
    "quad": " ", "mid": "|", "left": "", "right": "", "langle": "⟨", "rangle": "⟩",
    "geq": "≥", "leq": "≤", "neq": "≠", "circ": "∘", "prime": "′", "xi": "ξ", "Lambda": "Λ",
    "psi": "ψ", "chi": "χ", "nu": "ν", "zeta": "ζ", "Omega": "Ω", "Phi": "Φ", "Gamma": "Γ",
    "perp": "⊥", "parallel": "∥", "propto": "∝", "ll": "≪", "gg": "≫", "mapsto": "↦",
}  # fmt: skip
_NAMES = "arg cos cosh det diag exp log max min rank sin sinh tan tanh tr"
_FUNCTIONS = frozenset(_NAMES.split())

#: What stands for a character where only ASCII can be shown; Greek letters are named in full.
_ASCII = {
    "ℓ": "ell", "⋯": "...", "…": "...", "·": "*", "×": "x", "≤": "<=", "≥": ">=", "≠": "!=",
    "→": "->", "∞": "infinity", "≈": "~", "±": "+-", "∓": "-+", "∈": "in", "∂": "d",
    "∇": "gradient", "√": "sqrt", "⊗": "(x)", "‖": "||",
    "⊥": "perp", "∥": "parallel", "∝": "~", "≪": "<<", "≫": ">>", "↦": "->",
    "⟨": "<", "⟩": ">", "∘": "o", "′": "'", "−": "-", "–": "-", "—": "-", "’": "'",
    "‘": "'", "“": '"', "”": '"',
}  # fmt: skip


def _pieces(text: str) -> list[tuple[str, bool]]:
    parts = text.split("$")
    if len(parts) % 2 == 0:
        raise ValueError(f"a label must pair its dollar signs, but this one does not: {text!r}")
    return [(part, i % 2 == 1) for i, part in enumerate(parts) if part]


_ENDED = re.compile(r"(<math(?:(?!</math>).)*</math>[,.;:)]+)", re.DOTALL)
_ROWS = ("math", "mrow", "msqrt", "mstyle", "mtd")


def to_html(text: str) -> str:
    """Return the text as HTML with MathML; no line begins with the comma after a formula."""
    written = "".join(
        _mathml(part) if is_math else html.escape(part) for part, is_math in _pieces(text)
    )
    return _ENDED.sub(r'<span class="dmf-kept">\1</span>', written)


def _mathml(tex: str) -> str:
    """Return a formula; names of functions stand apart, as TeX sets them, not the converter."""
    formula = convert_to_element(tex)
    for row in [part for part in formula.iter() if part.tag in _ROWS]:
        parts = list(row)
        for before, part, after in zip([None, *parts], parts, [*parts[1:], None], strict=False):
            if not _is_function(part):
                continue
            name = part if part.tag in ("mi", "mo") else part[0]
            name.tag = "mi"
            name.attrib.clear()
            place = list(row).index(part)
            if after is not None and after.tag != "mo":
                row.insert(place + 1, Element("mspace", width="0.167em"))
            if before is not None and before.tag not in ("mo", "mspace"):
                row.insert(place, Element("mspace", width="0.167em"))
    return unescape(tostring(formula, encoding="unicode"))  # signs are references in it already


def _is_function(part: Element) -> bool:
    """Tell whether an element is the name of a function, perhaps with an index."""
    name = part[0] if part.tag in ("msub", "msup") else part
    return name.tag in ("mi", "mo") and re.fullmatch("[a-z]{2,}", name.text or "") is not None


def to_plain(text: str) -> str:
    r"""Return the text in plain characters, for titles, tables and speech.

    >>> to_plain(r"the minimizer $x^\star$ at $\lambda = 1$")
    'the minimizer x* at λ = 1'
    """
    return "".join(_plain_math(part) if is_math else part for part, is_math in _pieces(text))


def _plain_math(tex: str) -> str:
    tex = re.sub(r"\\[dt]?frac(\w)(\w)", r"\1/\2", tex)
    tex = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", _fraction, tex)
    tex = re.sub(r"\\sqrt\{([^{}]*)\}", r"√(\1)", tex)
    tex = re.sub(r"\\(mathrm|mathbb|mathbf|operatorname|text|hat|bar|tilde)\s*", "", tex)
    tex = re.sub(r"\\([A-Za-z]+|.)", lambda match: _word(match.group(1), tex), tex)
    tex = re.sub(r"\^\{?\*\}?", "*", tex)
    return " ".join(tex.replace("{", "").replace("}", "").split())


def _fraction(found: re.Match[str]) -> str:
    parts = (part if re.fullmatch(r"\\?\w+", part) else f"({part})" for part in found.groups())
    return "/".join(parts)


def to_ascii(plain: str) -> str:
    r"""Return plain text in characters that every console, file and log can hold.

    >>> to_ascii("x* at λ ≤ √2, ‖Kähler‖")
    'x* at lambda <= sqrt2, ||Kahler||'
    """
    return "".join(char if char.isascii() else _ascii(char) for char in plain)


def _ascii(char: str) -> str:
    if char in _ASCII:
        return _ASCII[char]
    name = unicodedata.name(char, "")
    if letter := re.match(r"GREEK (SMALL|CAPITAL) LETTER (FINAL )?(\w+)$", name):
        word = letter[3].lower().replace("lamda", "lambda")  # Unicode's name has no b
        return word.capitalize() if letter[1] == "CAPITAL" else word
    bare = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return bare or "?"


def _word(command: str, tex: str) -> str:
    """Return a command in plain characters; a name of a function is its own word."""
    if command in _FUNCTIONS:
        return command
    if command not in _WORDS:
        raise ValueError(
            f"no plain word is known for \\{command} in {tex!r}: add one to _WORDS in labels.py"
        )
    return _WORDS[command]
