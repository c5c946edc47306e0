"""Sympy expressions compiled twice, to numpy and to JavaScript, with nothing let through unseen.

Both languages are printed from the same expression, and small integer powers become
products in both, so that polynomial arithmetic is the same sequence of IEEE operations in Python
and in the browser; only the transcendental functions may differ in their last digit.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Any

import numpy as np
import sympy as sp
from sympy.codegen import cfunctions
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanAtom, BooleanFunction
from sympy.printing.codeprinter import CodePrinter
from sympy.printing.jscode import JavascriptCodePrinter
from sympy.printing.numpy import NumPyPrinter

_FUNCTIONS = (
    *(sp.Abs, sp.sign, sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.asin, sp.acos, sp.atan, sp.atan2),
    *(sp.sinh, sp.cosh, sp.tanh, sp.asinh, sp.acosh, sp.atanh, sp.floor, sp.ceiling),
    *(sp.Min, sp.Max, sp.Piecewise, sp.Mod, cfunctions.log1p, cfunctions.expm1),
)
_NODES = (sp.Add, sp.Mul, sp.Pow, sp.core.relational.Relational, BooleanFunction, sp.Tuple)
_LARGEST_UNROLLED_POWER = 8
_WORDS = """
arguments await break case catch class const continue debugger default delete do else enum eval
export extends false finally for function i_ if implements import in instanceof interface let
new null numpy package private protected public return static super switch this throw true try
typeof v var void while with yield Math
"""
#: Words of the two languages, and the names that the printed code uses itself.
_RESERVED = frozenset(_WORDS.split()) | frozenset(keyword.kwlist)


class UnknownNameError(ValueError):
    """An expression uses a symbol, function or constant that the browser could not resolve."""


class _Alike:
    """What both printers share, so that both languages name and multiply alike.

    A symbol is printed as its identifier, a small integer power as a product, and a reciprocal as
    a division, which every machine rounds alike.
    """

    identifier: Callable[[sp.Symbol], str]

    def _print_Symbol(self, expr: sp.Symbol) -> str:  # noqa: N802
        return self.identifier(expr)

    def _unrolled_power(self, expr: sp.Pow) -> str | None:
        base, exponent = expr.as_base_exp()
        power = int(exponent) if exponent.is_Integer else 0
        if power == -1 or 2 <= abs(power) <= _LARGEST_UNROLLED_POWER:
            factor = f"({self._print(base)})"  # type: ignore[attr-defined]
            product = "(" + "*".join([factor] * abs(power)) + ")"
            return product if power > 0 else f"(1/{product})"
        return None


class _JavascriptPrinter(_Alike, JavascriptCodePrinter):  # type: ignore[misc]
    def _print_Pow(self, expr: sp.Pow) -> Any:  # noqa: N802
        if expr.exp == sp.Rational(1, 3):
            # Sympy prints Math.cbrt, which has roots of negative numbers; numpy's power has none.
            return f"Math.pow({self._print(expr.base)}, 1/3)"
        return self._unrolled_power(expr) or super()._print_Pow(expr)

    def _print_log1p(self, expr: sp.Expr) -> Any:
        return f"Math.log1p({self._print(expr.args[0])})"

    def _print_expm1(self, expr: sp.Expr) -> Any:
        return f"Math.expm1({self._print(expr.args[0])})"

    def _print_BooleanTrue(self, expr: object) -> Any:  # noqa: N802
        return "true"

    def _print_BooleanFalse(self, expr: object) -> Any:  # noqa: N802
        return "false"


class _NumpyPrinter(_Alike, NumPyPrinter):  # type: ignore[misc]
    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> Any:  # noqa: N802
        return self._unrolled_power(expr) or super()._print_Pow(expr, rational=rational)

    def _nested(self, function: str, expr: sp.Expr) -> str:
        printed = [str(self._print(argument)) for argument in expr.args]
        result = printed[0]
        for argument in printed[1:]:
            result = f"numpy.{function}({result}, {argument})"
        return result

    def _print_Min(self, expr: sp.Expr) -> Any:  # noqa: N802
        return self._nested("minimum", expr)

    def _print_Max(self, expr: sp.Expr) -> Any:  # noqa: N802
        return self._nested("maximum", expr)


@dataclass(frozen=True)
class Compiled:
    """One expression, ready for Python and for the browser.

    ``python`` takes a mapping from every global symbol to its number and then the local values,
    and broadcasts over them. ``bind`` takes the mapping alone and returns a function of the local
    values, to be called under ``numpy.errstate(all="ignore")``.
    """

    python: Callable[..., Any]
    bind: Callable[[Mapping[sp.Symbol, float]], Callable[..., Any]]
    print_javascript: Callable[[], str]

    @cached_property
    def javascript(self) -> str:
        """The body of a function of the array ``v`` of global values.

        That function returns one of the local values. It is printed when it is first asked for:
        who imports a chapter shows few of its explorables.
        """
        return self.print_javascript()


@dataclass(frozen=True)
class Routine:
    """A named function given by a fixed number of steps of an iteration.

    Newton's method with a fixed count, for instance: calling the routine inside an expression puts
    the solution of an equation there, in the browser as in Python. Every symbol in ``start`` is a
    parameter; ``update`` and ``result`` may use the ``state`` too. Without a state a routine is
    its result, named.
    """

    name: str
    parameters: tuple[sp.Symbol, ...]
    state: tuple[sp.Symbol, ...] = ()
    start: tuple[Any, ...] = ()
    update: tuple[Any, ...] = ()
    count: int = 0
    result: Any = field(kw_only=True)
    uses: tuple[Routine, ...] = ()

    def __call__(self, *arguments: Any) -> sp.Expr:
        """Return the expression that applies this routine to its arguments."""
        if len(arguments) != len(self.parameters):
            raise TypeError(
                f"routine {self.name} takes {len(self.parameters)} arguments "
                f"({', '.join(map(str, self.parameters))}), but got {len(arguments)}"
            )
        return sp.Function(self.name)(*map(sp.sympify, arguments))


class Compiler:
    """Compiles the expressions of one explorable, whose global symbols and routines it knows."""

    def __init__(self, names: Sequence[sp.Symbol], routines: Sequence[Routine] = ()) -> None:
        self.names = tuple(names)
        self._index = {symbol: i for i, symbol in enumerate(self.names)}
        self._identifiers: dict[sp.Symbol, str] = {}
        self._python_routines: dict[str, Callable[..., Any]] = {}
        self._arity: dict[str, int] = {}
        self.javascript_routines: list[str] = []
        for routine in routines:
            self._add_routine(routine)

    def compile(self, expression: Any, local: Sequence[sp.Symbol] = ()) -> Compiled:
        """Compile one expression of the global symbols and the given local ones."""
        expr = sp.sympify(expression)
        self._refuse_unknown(expr, {*self.names, *local})
        free = expr.free_symbols
        used = [s for s in self.names if s in free and s not in local]
        # Given now, so that they do not depend on which expression is printed first.
        identifiers = {s: self._identifier(s) for s in (*used, *local)}

        @cache
        def python() -> Callable[..., Any]:
            return self._lambdify([*used, *local], expr)

        def bind(values: Mapping[sp.Symbol, float]) -> Callable[..., Any]:
            # numpy's floats divide by zero and overflow as the browser's do; Python's would raise.
            return partial(python(), *(np.float64(values[s]) for s in used))

        def evaluate(values: Mapping[sp.Symbol, float], *locals_: Any) -> Any:
            with np.errstate(all="ignore"):
                return bind(values)(*locals_)

        def javascript() -> str:
            constants = ",".join(f"{identifiers[s]}=v[{self._index[s]}]" for s in used)
            head = f"const {constants};" if used else ""
            arguments = ",".join(identifiers[s] for s in local)
            return f"{head}return ({arguments})=>{self._javascript(expr)}"

        return Compiled(evaluate, bind, javascript)

    def _identifier(self, symbol: sp.Symbol) -> str:
        if symbol not in self._identifiers:
            name = re.sub(r"\W", "_", symbol.name)
            if name in _RESERVED or not re.match(r"[A-Za-z_]", name):
                name += "_"
                name = name if re.match(r"[A-Za-z_]", name) else "_" + name
            while name in self._identifiers.values() or name in self._arity:
                name += "_"
            self._identifiers[symbol] = name
        return self._identifiers[symbol]

    def _printed(self, printer: type[CodePrinter], expr: Any, **settings: Any) -> str:
        writer = printer({**settings, "user_functions": {name: name for name in self._arity}})
        writer.identifier = self._identifier
        # Sympy prints Mod without the brackets it needs inside a product, and the signs of the
        # two languages' remainders differ.
        if expr.has(sp.Mod):
            expr = expr.replace(sp.Mod, lambda x, y: x - y * sp.floor(x / y))
        return str(writer.doprint(expr))

    def _javascript(self, expr: Any) -> str:
        code = " ".join(self._printed(_JavascriptPrinter, expr).split())
        if "Not supported" in code or "//" in code:
            raise UnknownNameError(f"JavaScript cannot express {expr}: {code}")
        return f"({code})"

    def _lambdify(self, arguments: Sequence[sp.Symbol], expr: Any) -> Callable[..., Any]:
        settings = {
            "fully_qualified_modules": True,
            "inline": True,
            "allow_unknown_functions": True,
        }
        code = self._printed(_NumpyPrinter, expr, **settings)
        signature = ", ".join(self._identifier(s) for s in arguments)
        scope = {"numpy": np, **self._python_routines}
        function: Callable[..., Any] = eval(f"lambda {signature}: {code}", scope)
        return function

    def _refuse_unknown(self, expr: Any, known: set[sp.Symbol]) -> None:
        unknown = expr.free_symbols - known
        if unknown:
            names = ", ".join(sorted(map(str, unknown)))
            raise UnknownNameError(
                f"{expr} uses {names}, which no slider, derived value or mark defines"
            )
        for node in sp.preorder_traversal(expr):
            if isinstance(node, AppliedUndef):
                name = node.func.__name__
                if self._arity.get(name) != len(node.args):
                    raise UnknownNameError(f"{node} calls {name}, which is not a known routine")
            elif isinstance(node, sp.Piecewise):
                if node.args[-1].cond != sp.true:
                    raise UnknownNameError(
                        f"{node} has no value where none of its conditions holds; "
                        "let its last condition be True"
                    )
            elif isinstance(node, sp.Function):
                if not isinstance(node, _FUNCTIONS):
                    raise UnknownNameError(f"{node.func.__name__} in {expr} has no JavaScript twin")
            elif node.is_Atom:
                real = node.is_Symbol or isinstance(node, BooleanAtom) or node.is_finite
                if not real or node is sp.I:
                    raise UnknownNameError(f"{node} in {expr} is not a finite real number")
                if isinstance(node, sp.NumberSymbol) and node not in (sp.pi, sp.E):
                    raise UnknownNameError(f"{node} in {expr} has no JavaScript twin")
            elif not isinstance(
                node, (*_NODES, *_FUNCTIONS, sp.functions.elementary.piecewise.ExprCondPair)
            ):
                raise UnknownNameError(f"{type(node).__name__} in {expr} has no JavaScript twin")

    def _add_routine(self, routine: Routine) -> None:
        if routine.name in self._arity:
            return
        for used in routine.uses:
            self._add_routine(used)
        if not re.fullmatch(r"[a-z][a-z_0-9]*", routine.name) or routine.name in _RESERVED:
            raise ValueError(f"a routine's name must be a plain identifier, not {routine.name!r}")
        everything = [*routine.parameters, *routine.state]
        start = [sp.sympify(e) for e in routine.start]
        update = [sp.sympify(e) for e in routine.update]
        result = sp.sympify(routine.result)
        for expression in start:
            self._refuse_unknown(expression, set(routine.parameters))
        for expression in (*update, result):
            self._refuse_unknown(expression, set(everything))
        first = [self._lambdify(routine.parameters, e) for e in start]
        following = [self._lambdify(everything, e) for e in update]
        last = self._lambdify(everything, result)

        def python(*arguments: Any) -> Any:
            state = [function(*arguments) for function in first]
            for _ in range(routine.count):
                state = [function(*arguments, *state) for function in following]
            return last(*arguments, *state)

        state = ",".join(self._identifier(s) for s in routine.state)
        parameters = ",".join(self._identifier(p) for p in routine.parameters)
        starts, updates = (",".join(map(self._javascript, es)) for es in (start, update))
        self.javascript_routines.append(
            f"const {routine.name}=({parameters})=>{{let [{state}]=[{starts}];"
            f"for(let i_=0;i_<{routine.count};i_++)[{state}]=[{updates}];"
            f"return {self._javascript(result)}}};"
        )
        self._python_routines[routine.name] = python
        self._arity[routine.name] = len(routine.parameters)
