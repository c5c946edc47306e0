"""Ask whether the links to other sites still lead somewhere: ``links.py``.

Links are read from the book's sources, its bibliography and the files beside the README. A site
that refuses robots, or is busy, says nothing about its link; those are listed, and are no failure.
"""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ["*.md", "CITATION.cff", "book/*.md", "book/*.ipynb", "book/*.bib"]
AGENT = "Mozilla/5.0 (compatible; dmfbook link check)"
#: Answers that tell about the site's manners only.
REFUSALS = {401, 403, 405, 418, 429, 503, 999}
#: What a bibliography names without writing an address.
FIELDS = {"doi": "https://doi.org/", "eprint": "https://arxiv.org/abs/"}


def links(text: str) -> set[str]:
    """Return the addresses of other sites in a text, and those that a bibliography implies."""
    found = set(re.findall(r"https?://[^\s\"'`<>\\{}|\])]+", text))
    for field, address in FIELDS.items():
        named = re.findall(rf"^\s*{field}\s*=\s*[{{\"]([^}}\"]+)", text, re.MULTILINE)
        found |= {address + name for name in named}
    return {link.partition("#")[0].rstrip(".,;:*_") for link in found}


def answer(link: str, timeout: float = 30) -> str:
    """Return "" for a link that works, and else what is wrong, "refused" where one cannot tell."""
    request = urllib.request.Request(link, headers={"User-Agent": AGENT})
    try:
        with urllib.request.urlopen(request, timeout=timeout):
            return ""
    except urllib.error.HTTPError as error:
        return "refused" if error.code in REFUSALS else f"answers {error.code}"
    except (urllib.error.URLError, OSError, ValueError) as error:
        return f"does not answer: {error}"


def places(root: Path, patterns: Iterable[str] = SOURCES) -> dict[str, list[str]]:
    """Return every link with the files that hold it."""
    held: dict[str, list[str]] = {}
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            for link in sorted(links(path.read_text(encoding="utf-8"))):
                held.setdefault(link, []).append(path.relative_to(root).as_posix())
    return held


def report(held: Mapping[str, list[str]]) -> int:
    """Ask for all links, print what is wrong, and return the number of those that are broken."""
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(held, pool.map(answer, held), strict=True))
    for link, problem in answers.items():
        if problem:
            print(f"{link} ({', '.join(held[link])}): {problem}")
    broken = [problem for problem in answers.values() if problem not in ("", "refused")]
    print(f"{len(held)} links, {len(broken)} broken")
    return len(broken)


if __name__ == "__main__":
    sys.exit(min(report(places(ROOT)), 1))
