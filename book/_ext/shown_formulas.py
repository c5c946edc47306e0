"""Sphinx extension: at the end of a cell, the formulas that it takes from ``dmfbook.symbolic``.

Where a cell reads ``formula.name``, the page shows what it reads, in a box that opens without
scripts. A function is shown by what its documentation says that it returns.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import sympy as sp
from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PACKAGE = "dmfbook.symbolic"


def modules_of_formulas(tree: ast.AST) -> dict[str, str]:
    """Return the modules of formulas that a cell imports, by the names it gives them."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE
        for alias in node.names
        if find_spec(f"{PACKAGE}.{alias.name}")
    }


def names_read(tree: ast.AST, modules: dict[str, str]) -> list[tuple[str, str]]:
    """Return the module's name in the cell and the formula's, in the order of reading."""
    found = [
        (node.lineno, node.col_offset, node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in modules
    ]
    return list(dict.fromkeys((alias, name) for *_, alias, name in sorted(found)))


def formulas_of_cells(sources: list[str]) -> Iterator[list[tuple[str, Any]]]:
    """Yield, for each code cell of a chapter, the formulas it reads with their names."""
    modules: dict[str, str] = {}
    for source in sources:
        # Only the cells that set up a machine hold commands that are not Python.
        tree = ast.Module([], []) if "\n    %" in source else ast.parse(source)
        modules |= modules_of_formulas(tree)
        yield [
            (
                f"{alias}.{name}",
                getattr(importlib.import_module(f"{PACKAGE}.{modules[alias]}"), name),
            )
            for alias, name in names_read(tree, modules)
        ]


def row(name: str, formula: Any) -> nodes.container:
    """Return a formula with its name: typeset, or for a function in words."""
    line = nodes.paragraph("", "", nodes.literal("", name))
    if inspect.isfunction(formula):
        says = (inspect.getdoc(formula) or "").partition("\n")[0]
        line += nodes.Text(f": {says}")
        return nodes.container("", line)
    line += nodes.Text(" is")
    latex = sp.latex(formula)
    shown = nodes.math_block(latex, latex, nowrap=False, number=None, label=None)
    return nodes.container("", line, shown)


def show(app: Sphinx, doctree: nodes.document) -> None:
    """Put the formulas at the end of the cells that read them."""
    cells = [c for c in doctree.findall(nodes.container) if c.get("nb_element") == "cell_code"]
    sources = [next(iter(cell.findall(nodes.literal_block))).astext() for cell in cells]
    for cell, formulas in zip(cells, formulas_of_cells(sources), strict=True):
        if formulas:
            opening = '<details class="shown-formulas"><summary>The formulas used here</summary>'
            cell += [
                nodes.raw("", opening, format="html"),
                *(row(name, formula) for name, formula in formulas),
                nodes.raw("", "</details>", format="html"),
            ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("doctree-read", show)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
