r"""Sphinx extension: formulas are MathML in the page, made from their TeX when the book is built.

No script has to run before a formula is there. Its TeX comes with it as an annotation, for those
who copy it (``formula_sources.py`` puts it beside the page). A formula that cannot be converted is
an error of the build, which shows it.

A display whose rows are broken for a phone stands in the page twice, in rows and in one line where
it fits: the styles show one of them, and without styles the rows are there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from one_line import COLUMN, INDENT, NUMBER, joined, width
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_CONVERTER = LatexToMathML(annotation=True, fancy_error=False)
_ENVIRONMENT = re.compile(r"\s*\\begin\{(align|alignat|gather|equation|multline|eqnarray)(\*?)\}")
_NUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|gather|equation|multline|eqnarray)\}")
# Chromium draws a large bracket small where it bears a script itself, but not a row that does.
_LARGE_WITH_SCRIPTS = re.compile(r"(<m(?:sub|sup|subsup)>)(<mo [^>]*minsize=[^>]*>[^<]*</mo>)")

INDENTED = (nodes.list_item, nodes.definition, nodes.block_quote, nodes.Admonition)
"""What stands further in than the text around it."""


def display_tex(text: str) -> str:
    r"""Return a display as one formula: rows and parts apart are aligned, and no row is numbered.

    >>> display_tex(r"a &= b \\ c &= d")
    '\\begin{aligned}a &= b \\\\ c &= d\\end{aligned}'
    >>> display_tex(r"\begin{align}a &= b\end{align}")
    '\\begin{align*}a &= b\\end{align*}'
    """
    if _ENVIRONMENT.match(text):
        return _NUMBERED.sub(r"\\\1{\2*}", text)
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    joined = r" \\ ".join(parts)
    bare = re.sub(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", "", joined, flags=re.DOTALL)
    return rf"\begin{{aligned}}{joined}\end{{aligned}}" if r"\\" in bare else joined


@cache
def to_mathml(tex: str, *, display: bool) -> str:
    r"""Return the MathML of a formula.

    A closing bracket of a given size that carries a power is put into a row of its own: without
    one Chromium draws it small and too low.

    Raises
    ------
    ExtensionError
        When the formula cannot be converted; the message shows it.

    Examples
    --------
    >>> to_mathml("x", display=False)
    '<math><mi>x</mi></math>'
    >>> "<msup><mrow><mo minsize" in to_mathml(r"\bigl(x\bigr)^2", display=False)
    True
    """
    try:
        mathml = _CONVERTER.convert_with_local_state(
            display_tex(tex) if display else tex, displaystyle=display
        )
    except LatexError as error:
        raise ExtensionError(f"a formula cannot be converted: {error}\n{tex}") from error
    if re.fullmatch(r"\w", tex):
        # A letter is its own source, and every third formula is one.
        mathml = re.sub(r"<annotation.*?</annotation>|</?semantics>", "", mathml)
    return _LARGE_WITH_SCRIPTS.sub(r"\1<mrow>\2</mrow>", mathml)


def room(node: nodes.math_block) -> float:
    """Return how wide a display may be on a laptop, in em of its formula."""
    indents = 0
    place: Any = node.parent
    while place is not None:
        indents += not isinstance(place.parent, nodes.Admonition) and isinstance(place, INDENTED)
        indents += not {"aside", "dropdown"}.isdisjoint(place["classes"])
        place = place.parent
    return COLUMN - INDENT * indents - (NUMBER if node["number"] else 0.0)


def forms(tex: str, wide: float) -> str:
    r"""Return the MathML of a display: twice, in one line and in rows, if the line is not too wide.

    >>> forms(r"\begin{gathered} a \\ = b \end{gathered}", 9).count("<math"), forms("a", 9)[:6]
    (2, '<math ')
    """
    rows = to_mathml(tex, display=True)
    line = joined(display_tex(tex))
    if line is None:
        return rows
    formula, source, _ = to_mathml(line, display=True).partition("<annotation")
    if width(formula + "</semantics></math>") > wide:
        return rows
    source += rows.partition(source)[2]
    formula = formula.replace("<math ", '<math class="one-line" style="display: none" ', 1)
    return formula + source + rows.replace("<math ", '<math class="rows" ', 1)


def visit_inline(self: Any, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    self.body.append(self.starttag(node, "span", "", CLASS="math"))
    self.body.append(to_mathml(node.astext(), display=False) + "</span>")
    raise nodes.SkipNode


def visit_display(self: Any, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number where it has one."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(forms(node.astext(), room(node)) + "</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
