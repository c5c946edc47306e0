"""Formulas in plain text, as docstrings and printed lines hold them, set for the page."""

from __future__ import annotations

import re

from docutils import nodes

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "theta": "θ",
    "phi": "φ", "Gamma": "Γ", "Delta": "Δ", "Lambda": "Λ", "Sigma": "Σ",
}  # fmt: skip
_SIGNS = {
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "||": "‖",
    "->": "→",
    "-": "−",
    "*": "·",
    "sqrt": "√",
    "sum": "∑",
    "prod": "∏",
}
_UPRIGHT = frozenset("∑∏Γ∆Σ")
_LETTER = rf"(?:{'|'.join(_GREEK)}|[A-Za-z])"
_INSIDE = (
    r"\( (?P<group> [^()]* ) \) | \{ (?P<braces> (?:[^{}]|\{[^{}]*\})* ) \} | (?P<one> \w+|[*+] )"
)
# A letter of a word, of a name with a dot, or after an apostrophe is no letter of a formula.
_PART = re.compile(
    rf"""
    (?P<letter> (?<![\w'’.]) {_LETTER} (?= [_^][({{\w*+] | (?!\w|['’]\w|\.\w) ) )
    | (?P<moved> [_^] ) (?: {_INSIDE} )
    | (?P<sign> (?:sum|prod)(?=_) | <= | >= | != | \|\| | -> | sqrt(?=\() | (?<=\))\*(?=\w) )
    | (?P<between> (?<=\s)[-*](?=\s) | (?<![\w.)-])-(?=\d) )
    """,
    re.VERBOSE,
)


def _is_word(text: str, match: re.Match[str]) -> bool:
    """Tell whether a letter is the article, or a pronoun."""
    after, before = text[match.end() :], text[: match.start()]
    if after[:1] in ("_", "^"):
        return False
    article = match[0] == "a" or (match[0] == "A" and re.search(r"(^|[.:;]\s+)$", before))
    return match[0] == "I" or bool(article and re.match(r"\s+[A-Za-z(]{2,}", after))


def typeset(text: str) -> list[nodes.Node]:
    """Return a text with its formulas set: letters in italics, indices below, powers above.

    >>> "".join(map(str, typeset("W_l^T of shape (d_(l-1), 2)")))
    '<emphasis>W</emphasis><subscript><emphasis>l</emphasis></subscript><superscript>T\
</superscript> of shape (<emphasis>d</emphasis><subscript><emphasis>l</emphasis>−1</subscript>, 2)'
    """
    made: list[nodes.Node] = []

    def put(plain: str) -> None:
        if plain:
            made.append(nodes.Text(plain))

    last = 0
    for match in _PART.finditer(text):
        letter, start = match["letter"], match.start()
        attached = (start == last and made) or text[start - 1 : start] in tuple(")]|‖}")
        if (letter and _is_word(text, match)) or (match["moved"] and not attached):
            continue
        put(text[last : match.start()])
        last = match.end()
        if letter:
            sign = _GREEK.get(letter, letter)
            made.append(nodes.Text(sign) if sign in _UPRIGHT else nodes.emphasis("", sign))
        elif match["moved"]:
            inside = match["group"] or match["braces"] or match["one"] or ""
            inside = re.sub(r"[_{}^]", "", inside).replace("-", "−")
            kind = nodes.subscript if match["moved"] == "_" else nodes.superscript
            # A transpose is no letter.
            made.append(kind("", "", *([nodes.Text("T")] if inside == "T" else typeset(inside))))
        else:
            put(_SIGNS[match[0]])
    put(text[last:])
    return made
