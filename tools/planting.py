"""Errors planted into Python source: one constant, sign, operator or exponent at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

# What an operator is mistaken for.
MISTAKEN: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
}
# The words of `check_sign`.
OPPOSITE = {
    "positive": "negative",
    "negative": "positive",
    "nonnegative": "nonpositive",
    "nonpositive": "nonnegative",
}


@dataclass(frozen=True)
class Planted:
    """A source with one error: its line, the expression before and after, and the whole source.

    ``chooses`` says that the error is in what a loop runs over, so that it only chooses other
    instances of what the loop claims.
    """

    line: int
    before: str
    after: str
    source: str
    chooses: bool


def spoiled(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand for an expression by mistake; its parts are left alone."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(node.value + 1)
    if isinstance(node, ast.Constant) and node.value in OPPOSITE:
        yield ast.Constant(OPPOSITE[str(node.value)])
    if isinstance(node, ast.Attribute) and node.attr == "oo":
        yield ast.UnaryOp(ast.USub(), node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in MISTAKEN:
        yield _with(node, op=MISTAKEN[type(node.op)]())
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Sub) and not isinstance(node.left, ast.UnaryOp):
            yield _with(node, left=ast.UnaryOp(ast.USub(), node.left))
        if isinstance(node.op, ast.Pow) and not isinstance(node.right, ast.Constant):
            yield _with(node, right=ast.BinOp(node.right, ast.Add(), ast.Constant(1)))
    if isinstance(node, ast.Compare) and type(node.ops[0]) in MISTAKEN:
        yield _with(node, ops=[MISTAKEN[type(node.ops[0])](), *node.ops[1:]])
    if isinstance(node, ast.Assign | ast.Return) and _is_term(node.value):
        yield _with(node, value=ast.UnaryOp(ast.USub(), node.value))


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _is_term(node: ast.AST | None) -> bool:
    """Tell whether a value is a product, quotient or power: one whose sign may be mistaken."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.Pow)


def _places(
    parent: ast.AST, statement: ast.AST, chooses: bool
) -> Iterator[tuple[ast.AST, str, int | None, ast.AST, bool]]:
    """Yield where each node hangs, in which statement, and whether a loop runs over it."""
    for field, value in ast.iter_fields(parent):
        # Types of arguments state nothing.
        if field in ("annotation", "returns", "decorator_list"):
            continue
        chosen = chooses or _chooses(parent, field)
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                here = child if isinstance(child, ast.stmt) else statement
                yield parent, field, place, here, chosen
                yield from _places(child, here, chosen)


def _chooses(parent: ast.AST, field: str) -> bool:
    """Tell whether a field holds what ``for`` runs over, or a table of integers but no index."""
    if field == "elts" and isinstance(parent, ast.Tuple | ast.List):
        rows = [n for n in parent.elts if isinstance(n, ast.Tuple | ast.List)]
        return bool(rows) and all(_whole(n) for row in rows for n in row.elts)
    return field == "iter" and isinstance(parent, ast.For)


def _whole(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _hang(parent: ast.AST, field: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node


def _shown(statement: ast.AST) -> str:
    """Return a statement as it stands in a listing: of a loop or a function the head alone."""
    lines = ast.unparse(statement).splitlines()
    return next(line for line in lines if not line.startswith("@"))


def planted(source: str, in_choices: bool = True) -> Iterator[Planted]:
    """Yield the source with each error that can be planted in it.

    Without `in_choices` what ``for`` runs over, and tables of integers, are left as they are.
    """
    body = ast.parse(source).body
    texts = [ast.unparse(top) for top in body]
    for number, top in enumerate(body):
        alone = ast.Module([top], [])
        for parent, field, place, statement, chooses in _places(alone, alone, False):
            if chooses and not in_choices:
                continue
            holder = getattr(parent, field)
            node = holder if place is None else holder[place]
            before = _shown(statement)
            for wrong in spoiled(node):
                _hang(parent, field, place, wrong)
                after = _shown(wrong if node is statement else statement)
                line = getattr(node, "lineno", 1)
                changed = ast.unparse(ast.fix_missing_locations(alone))
                whole = "\n".join([*texts[:number], changed, *texts[number + 1 :]])
                yield Planted(line, before, after, whole, chooses)
                _hang(parent, field, place, node)
