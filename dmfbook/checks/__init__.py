"""Problem sets with values of one's own, checks that give nothing away, and grading.

A student's side is `ProblemSet`; the teacher's is ``python -m dmfbook.checks grade``. Given values
are drawn by `draw` from a hash of the student's pseudonym.
"""

from dmfbook.checks.chance import Decimal, Parameters, Pick, Stream, Turned, Whole, draw, identity
from dmfbook.checks.problem_set import ProblemSet
from dmfbook.checks.question import Verdict
from dmfbook.checks.sets import set_definition, set_names

__all__ = [
    "Decimal",
    "Parameters",
    "Pick",
    "ProblemSet",
    "Stream",
    "Turned",
    "Verdict",
    "Whole",
    "draw",
    "identity",
    "set_definition",
    "set_names",
]
