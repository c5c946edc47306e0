"""Which names of the outside a piece of Python reads, and which names it binds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager


class _Names(ast.NodeVisitor):
    """Walks through a source in the order in which it runs, and knows what is bound by then."""

    def __init__(self) -> None:
        self.reads: set[str] = set()
        self.stores: set[str] = set()
        self.bound: set[str] = set()
        self.inside = 0

    def bind(self, name: str) -> None:
        self.bound.add(name)
        if not self.inside:
            self.stores.add(name)

    @contextmanager
    def may_not_run(self) -> Iterator[None]:
        """Forget in the end what was bound here."""
        before = set(self.bound)
        yield
        self.bound = before

    @contextmanager
    def names_of_its_own(self) -> Iterator[None]:
        """Bind names here that nobody outside reads."""
        with self.may_not_run():
            self.inside += 1
            yield
            self.inside -= 1

    def visit_all(self, *nodes: ast.AST | list[ast.stmt] | None) -> None:
        for node in nodes:
            for one in node if isinstance(node, list) else [node]:
                if one is not None:
                    self.visit(one)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.bind(node.id)
        else:
            self.reads |= {node.id} - self.bound

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit_all(node.value, *node.targets)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.reads |= {node.target.id} - self.bound
        self.visit_all(node.value, node.target)

    def visit_For(self, node: ast.For) -> None:
        # Loops of the chapters run at least once.
        self.visit_all(node.iter, node.target, node.body, node.orelse)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        for part in (node.body, node.orelse):
            with self.may_not_run():
                self.visit_all(part)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        with self.may_not_run():
            self.visit_all(node.body, node.orelse)

    def visit_Try(self, node: ast.Try) -> None:
        with self.may_not_run():
            self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.visit_all(node.type)
        if node.name:
            self.bind(node.name)
        self.visit_all(node.body)

    def visit_match_case(self, node: ast.match_case) -> None:
        with self.may_not_run():
            self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        self.generic_visit(node)
        if node.name:
            self.bind(node.name)

    visit_MatchStar = visit_MatchAs  # noqa: N815

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest:
            self.bind(node.rest)

    def visit_alias(self, node: ast.alias) -> None:
        self.bind((node.asname or node.name).partition(".")[0])

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.visit_all(node.iter, node.target, *node.ifs)

    def visit_ListComp(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> None:
        with self.names_of_its_own():
            self.visit_all(*node.generators)
            made = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
            self.visit_all(*made)

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda | ast.FunctionDef) -> None:
        if isinstance(node, ast.FunctionDef):
            self.visit_all(*node.decorator_list)
            self.bind(node.name)
        self.visit_all(*node.args.defaults, *node.args.kw_defaults)
        with self.names_of_its_own():
            self.bound |= {n.arg for n in ast.walk(node.args) if isinstance(n, ast.arg)}
            self.visit_all(node.body)

    visit_FunctionDef = visit_Lambda  # noqa: N815

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.visit_all(*node.decorator_list, *node.bases, *node.keywords)
        with self.names_of_its_own():
            self.visit_all(node.body)
        self.bind(node.name)


def names_of(tree: ast.AST) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a source reads before it has bound them, and those that it binds.

    The variables of comprehensions and lambdas are neither. Where a branch may not run, its names
    may be read from outside afterwards.

    >>> reads, stores = names_of(ast.parse("n += a; m = [k for k in b]; m; k; n"))
    >>> sorted(reads), sorted(stores)
    (['a', 'b', 'k', 'n'], ['m', 'n'])
    """
    walk = _Names()
    walk.visit(tree)
    return frozenset(walk.reads), frozenset(walk.stores)
