"""What the badge of a code cell says: words made from the cell's tags and from what it printed.

A badge that says "checked" or "tested" repeats verdicts that the cell computed: what the functions
of ``dmfbook.symbolic.checks`` return, or ``True``. Where a verdict is ``False``, or the cell
failed, the badge says so, and where there are only numbers it says that they were computed.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

_VERDICT = re.compile(
    r"\b(?:(?P<identity>holds)|(?P<sign>(?:non)?(?:positive|negative))|(?P<limit>tends to [^\s,]+))"
    r"(?: for every depth L (?P<depths>>=|>) 2)?(?![\w-])"
)
_TRUTH = re.compile(r"\b(?:True|False)\b")
# What Python prints around the verdicts of a list or a set.
_BRACKETS = re.compile(r"[\[\]{}]|(?<!\w)['\"]|['\"](?=[\]},]|$)")
_NUMBER = re.compile(r"\([\d, ]+\)|(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?!\w)")
# Names of people among the words of a label.
_PEOPLE = re.compile(r"\b(?:birkhoff|hessian|schatten|gram|neumann|frobenius)\b")
_COUNTS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_LONGEST = 96
# Of lines that hold more than a verdict, so many are said by the badge; more are meant to be read.
_SAID = 2


@dataclass(frozen=True)
class Badge:
    """What a badge says of a cell, and whether the cell's output stays in view below it."""

    kind: str
    words: str
    shows_output: bool = False


@dataclass(frozen=True)
class Line:
    """A printed line taken apart.

    ``words`` are what is left without the verdicts. ``claims`` are the words of its parts that are
    true or false, ``false`` those of the false ones. ``reads`` tells whether it holds more.
    """

    words: str
    verdicts: tuple[re.Match[str], ...] = ()
    claims: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    reads: bool = False


def symbolic_line(text: str) -> Line:
    """Return a printed line with verdicts of checks taken apart; signs and limits stay in words."""
    plain = _BRACKETS.sub(" ", text)
    verdicts = tuple(_VERDICT.finditer(plain))
    parts = (_bare(part) for part in _VERDICT.sub("\0", plain).split("\0"))
    words = ", ".join(part for part in parts if part)
    more = [found["sign"] or found["limit"] for found in verdicts if not found["identity"]]
    if words and more:
        words += f": {more[0].replace(' oo', ' ∞').replace('**2', '²')}"
    return Line(words, verdicts)


def numerical_line(text: str) -> Line:
    """Return a printed line with ``True`` or ``False`` taken apart; two blanks part its claims."""
    text = re.sub(r"(?<=[:\[])\s+", " ", text.strip())
    said, claims, false = [], [], []
    for segment in re.split(r"\s{2,}(?![^\[]*\])|; ", text):
        parts = list(filter(None, map(_bare, _TRUTH.split(segment))))
        said.append(", ".join(parts))
        if _TRUTH.search(segment):
            claims.append(", ".join(parts))
            if "False" in segment:
                false.append(", ".join(parts))
    reads = not claims or bool(re.search(r"\d", _TRUTH.split(text)[-1]))
    return Line(", ".join(said), (), tuple(claims), tuple(false), reads)


def _bare(words: str) -> str:
    """Return words without what stands around a verdict in a printed line."""
    words = " ".join(words.split()).strip(" :,;")
    unpaired = [
        one for one, other in ("[]", "{}", "][", "}{") if one in words and other not in words
    ]
    return words.strip(" :,;" + "".join(unpaired))


def read_line(text: str) -> Line:
    """Return a printed line taken apart: what checks say, or what is true or false."""
    if _VERDICT.search(text) and not _TRUTH.search(text):
        return symbolic_line(text)
    return numerical_line(text)


def joined(parts: Iterable[str]) -> str:
    """Return different parts in one line, or as many as fit and the number of the others."""
    parts = together(dict.fromkeys(part for part in parts if part))
    kept: list[str] = []
    for part in parts:
        if kept and len("; ".join([*kept, part])) > _LONGEST:
            break
        kept.append(part)
    rest = len(parts) - len(kept)
    return "; ".join(kept) + (f"; and {counted(rest)} more" if rest else "")


def together(parts: Iterable[str]) -> list[str]:
    """Return parts that differ only in numbers as one, where they are all pairs of these numbers.

    Examples
    --------
    >>> together(["depth 2", "depth 3", "depth 4", "the sum"])
    ['depth 2 to 4', 'the sum']
    """
    groups: dict[str, list[tuple[str, ...]]] = {}
    for part in parts:
        groups.setdefault(_NUMBER.sub("\0", part), []).append(tuple(_NUMBER.findall(part)))
    found = []
    for words, rows in groups.items():
        columns = [list(dict.fromkeys(column)) for column in zip(*rows, strict=True)]
        whole = len(rows) > 1 and prod(map(len, columns)) == len(rows)
        for row in [[several(c) for c in columns]] if whole else rows:
            numbers = iter(row)
            said = re.sub("\0", lambda _: next(numbers), words)  # noqa: B023
            # What has several numbers, "depth 2 to 4", is parted from what is said of them.
            for some in row if whole else ():
                if " " in some:
                    said = re.sub(rf"(\w {re.escape(some)}) (?=\w)", r"\1, ", said)
            found.append(said)
    return found


def several(numbers: Sequence[str]) -> str:
    """Return numbers in words: consecutive ones by the first and the last."""
    if len(numbers) > 2 and all(re.fullmatch(r"\d+", number) for number in numbers):
        found = sorted(map(int, numbers))
        if found == list(range(found[0], found[-1] + 1)):
            return f"{found[0]} to {found[-1]}"
    return " and ".join(filter(None, [", ".join(numbers[:-1]), numbers[-1]]))


def counted(count: int) -> str:
    """Return a small number in words."""
    return _COUNTS[count] if count < len(_COUNTS) else str(count)


def depths(verdicts: Sequence[re.Match[str]]) -> str:
    """Return for which depths all claims hold, where any of them is about the depth."""
    reached = {found["depths"] for found in verdicts} - {None}
    return f" for every L {'>' if '>' in reached else '>='} 2" if reached else ""


def numbers_of_claims(verdicts: Sequence[re.Match[str]], sets: bool) -> str:
    """Return what was checked, counted, unless sets keep one of several equal verdicts."""
    names = {
        "identity": ("identity", "identities"),
        "sign": ("sign", "signs"),
        "limit": ("limit", "limits"),
    }
    kinds = Counter(kind for found in verdicts for kind in names if found[kind])
    if sets:
        return " and ".join(names[kind][1] for kind in kinds)
    return " and ".join(
        f"{counted(count)} {names[kind][count > 1]}" for kind, count in kinds.items()
    )


def checked(lines: Sequence[Line], sets: bool) -> str:
    """Return the words for claims that were checked with symbols."""
    verdicts = [found for line in lines for found in line.verdicts]
    said = [line.words for line in lines]
    what = joined(said) if all(said) else numbers_of_claims(verdicts, sets)
    if any(said) and not all(said):
        what += f", among them: {joined(said)}"
    # Where a line is about one depth, not all is for every depth.
    single = any(re.match(r"depth \d", words) for words in said)
    return f"Checked{'' if single else depths(verdicts)}: {what}"


def only_imports(source: str) -> bool:
    """Tell whether a cell only imports."""
    try:
        body = ast.parse(source).body
    except SyntaxError:  # commands of IPython, which set up a machine
        return "import" in source
    return bool(body) and all(isinstance(line, ast.Import | ast.ImportFrom) for line in body)


def about(tags: Iterable[str], role: str) -> str:
    """Return the statements that tags of a role name, in the words of their labels."""
    labels = [tag.removeprefix(f"{role}-") for tag in tags if tag.startswith(f"{role}-")]
    words = (label.partition("-")[2].replace("-", " ") for label in labels)
    return joined(_PEOPLE.sub(lambda name: name[0].capitalize(), label) for label in words)


def titled(tags: Iterable[str], role: str, titles: Mapping[str, str]) -> str:
    """Return the statements that tags of a role name, by their titles."""
    labels = [tag.removeprefix(f"{role}-") for tag in tags if tag.startswith(f"{role}-")]
    if not all("$" not in titles.get(label, "$") for label in labels):
        return about(tags, role)
    return several([f"“{titles[label]}”" for label in labels])


def badge(
    source: str,
    tags: Sequence[str],
    printed: str,
    failed: bool = False,
    titles: Mapping[str, str] | None = None,
) -> Badge:
    """Return the badge of a code cell.

    Parameters
    ----------
    source
        The code.
    tags
        The cell's tags.
    printed
        All text that it printed or returned.
    failed
        Whether it ended with an error.
    titles
        The titles of statements, by their labels.
    """
    roles = {tag.partition("-")[0] for tag in tags}
    read = numerical_line if "tests" in roles else read_line
    lines = [read(text) for text in printed.splitlines() if text.strip()]
    wrong = joined(claim for line in lines for claim in line.false)
    if failed:
        return Badge("wrong", "Failed with an error", True)
    if "breaks" in roles:
        beyond = titled(tags, "breaks", titles or {})
        words = f"Fails, as it should: {wrong}" if wrong else f"Outside the hypotheses of {beyond}"
        return Badge("breaks", words, True)
    if any(line.false for line in lines):
        return Badge("wrong", f"Does not hold: {wrong or 'what it checks'}", True)
    if not lines:
        return Badge("setup", "Setup" if only_imports(source) else "Prepared for what follows")
    if "tests" in roles:
        return tested(lines, tags)
    if all(line.verdicts or line.claims for line in lines):
        return Badge("proves", checked(lines, "{" in printed))
    # What stays in view is not said twice.
    shows = len(lines) > _SAID
    topic = about(tags, "proves") if shows else joined(line.words for line in lines)
    return Badge("code", f"Computed: {topic}" if topic else "Computed", shows)


def tested(lines: Sequence[Line], tags: Sequence[str]) -> Badge:
    """Return the badge of a numerical check: all that it says, or what is true in many numbers."""
    shows = sum(line.reads for line in lines) > _SAID
    claims = joined(claim for line in lines for claim in line.claims)
    said = claims if shows else joined(line.words for line in lines)
    if not any(line.claims for line in lines):
        return Badge("code", f"Computed: {said or about(tags, 'tests')}", shows)
    return Badge("tests", f"Tested: {said or about(tags, 'tests')}", shows)
