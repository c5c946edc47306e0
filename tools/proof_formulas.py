"""The modules of formulas: what each reads of the others, and what an error in one changes."""

from __future__ import annotations

import ast
import importlib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from planting import Planted
from proof_cells import same

import dmfbook.symbolic

SYMBOLIC = Path(dmfbook.symbolic.__file__).parent


@dataclass(frozen=True)
class Formulas:
    """A module of formulas: its source, and which names its functions and imports read."""

    name: str
    source: str
    functions: dict[str, frozenset[str]]
    imported: dict[str, tuple[str, str]]
    aliases: dict[str, str]


def imports_of_formulas(tree: ast.AST) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Return what is imported from modules of formulas, and such modules under another name."""
    names, modules = {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dmfbook.symbolic"):
            home = (node.module or "").removeprefix("dmfbook.symbolic").lstrip(".")
            for alias in node.names:
                if home:
                    names[alias.asname or alias.name] = (home, alias.name)
                elif (SYMBOLIC / f"{alias.name}.py").exists():
                    modules[alias.asname or alias.name] = alias.name
    return names, modules


def attributes(tree: ast.AST, aliases: dict[str, str]) -> set[str]:
    """Return what is read from modules of formulas, as ``module.name``."""
    return {
        f"{aliases[n.value.id]}.{n.attr}"
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id in aliases
    }


def read_formulas(name: str) -> Formulas:
    """Read a module of formulas."""
    source = (SYMBOLIC / f"{name}.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    imported, aliases = imports_of_formulas(tree)
    functions = {
        node.name: frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
        | attributes(node, aliases)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    return Formulas(name, source, functions, imported, aliases)


def install(error: Planted, name: str, everything: dict[str, Formulas]) -> set[str]:
    """Run a module with an error in place of itself, and all that use it; return what changed."""
    changed: set[str] = set()
    spoiled = {name}
    for home in in_order(everything):
        formulas = everything[home]
        uses = {origin for origin, _ in formulas.imported.values()} | {*formulas.aliases.values()}
        if home != name and not spoiled & uses:
            continue
        spoiled.add(home)
        module = importlib.import_module(f"dmfbook.symbolic.{home}")
        before = dict(vars(module))
        source = error.source if home == name else formulas.source
        exec(compile(source, str(module.__file__), "exec"), vars(module))
        changed |= changed_names(formulas, before, module, changed)
        if home == name:
            changed |= {
                f"{home}.{node.name}"
                for node in ast.parse(formulas.source).body
                if isinstance(node, ast.FunctionDef)
                and node.lineno <= error.line <= (node.end_lineno or 0)
            }
            changed |= changed_names(formulas, before, module, changed)
    return changed


def in_order(everything: dict[str, Formulas]) -> list[str]:
    """Return the modules of formulas, each after those it imports."""
    done: list[str] = []
    while len(done) < len(everything):
        done += [
            name
            for name, formulas in everything.items()
            if name not in done
            and {h for h, _ in formulas.imported.values() if h in everything} <= {*done}
            and {*formulas.aliases.values()} <= {*done}
        ]
    return done


def changed_names(
    formulas: Formulas, before: dict[str, Any], module: ModuleType, known: set[str]
) -> set[str]:
    """Return the names of a module whose values, or what they compute, have changed."""
    home, now = formulas.name, vars(module)
    found = {f"{home}.{n}" for n, origin in formulas.imported.items() if ".".join(origin) in known}
    for name, value in now.items():
        if name.startswith("__") or name in formulas.functions or isinstance(value, ModuleType):
            continue
        if not callable(value) and not same(before.get(name), value):
            found.add(f"{home}.{name}")
    while True:
        bad = {n.partition(".")[2] for n in found | known if n.startswith(f"{home}.")}
        more = {
            f"{home}.{name}" for name, reads in formulas.functions.items() if reads & (bad | known)
        } - found
        if not more:
            return found
        found |= more
