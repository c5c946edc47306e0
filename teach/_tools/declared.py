"""A problem set as its page needs it: what is drawn, and the fields of the answers, as data."""

from __future__ import annotations

from typing import Any

from dmfbook.checks.chance import Decimal, Drawn, Parameters, Pick, Turned, Whole
from dmfbook.checks.sets import SetDefinition


def declared(definition: SetDefinition) -> dict[str, Any]:
    """Return a set as JSON holds it."""
    return {
        "name": definition.name,
        "version": definition.version,
        "questions": [
            {
                "name": one.name,
                "points": one.points,
                "parameters": _parameters(one.parameters) if one.parameters else None,
                "fields": {name: {"shape": field.shape} for name, field in one.fields.items()},
            }
            for one in definition.questions
        ],
    }


def _parameters(parameters: Parameters) -> dict[str, Any]:
    return {
        "drawn": [_drawn(one) for one in parameters.drawn],
        "accept": list(parameters.accept),
    }


def _drawn(one: Drawn) -> dict[str, Any]:
    if isinstance(one, Whole):
        return {"kind": "whole", "name": one.name, "low": one.low, "high": one.high}
    if isinstance(one, Decimal):
        return {
            "kind": "decimal",
            "name": one.name,
            "low": one.low,
            "high": one.high,
            "per": one.per,
        }
    if isinstance(one, Pick):
        return {"kind": "pick", "name": one.name, "options": one.options}
    assert isinstance(one, Turned)
    return {
        "kind": "turned",
        "name": one.name,
        "left": one.left,
        "values": one.values,
        "per": one.per,
        "right": one.right,
        "divisor": one.divisor,
    }
