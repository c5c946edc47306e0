"""What a course may refer to: statements, exercises, explorables, and the times of reading."""

from __future__ import annotations

import html
import json
import re
from functools import cache
from urllib.parse import urlencode

from docutils.nodes import make_id

from teach._tools.sources import HTML, ROOT, TEACH, repository

_STATEMENT = re.compile(r"^`{3,}\{prf:(\w+)\} ?(.*)\n:label: *(\S+)", re.MULTILINE)
_EXERCISE = re.compile(r"^`{3,}\{exercise(?:-start)?\} ?(.*)\n:label: *(\S+)", re.MULTILINE)
#: A hub that stands for the one of a university.
HUB = "https://hub.example.edu"
#: Notebooks without solutions.
STUDENT_BRANCH = "student"
_ROADS = {"short": "The short road, about", "full": "The full one, about"}


@cache
def text(chapter: str) -> str:
    """Return the markdown of a chapter."""
    cells = json.loads((ROOT / f"book/{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def title(chapter: str) -> str:
    """Return the title of a chapter."""
    return next(line[2:].strip() for line in text(chapter).splitlines() if line.startswith("# "))


def number(chapter: str) -> int:
    """Return the number of a chapter in the book."""
    from teach._tools.sources import chapters

    return chapters().index(chapter) + 1


def statements(chapter: str) -> dict[str, str]:
    """Return the labels of a chapter's statements, each with its name, without its source."""
    found = _STATEMENT.findall(text(chapter))
    return {label: name.split(";")[0].strip() or kind for kind, name, label in found}


def exercises(chapter: str) -> dict[str, str]:
    """Return the labels of a chapter's exercises, each with its name."""
    return {label: name for name, label in _EXERCISE.findall(text(chapter))}


def sections(chapter: str) -> dict[str, str]:
    """Return the titles of a chapter's sections, each with what follows # in its address."""
    titles = re.findall(r"^## +(.+?) *$", text(chapter), re.MULTILINE)
    return {title: make_id(title) for title in titles}


def explorables(chapter: str) -> list[str]:
    """Return the names of a chapter's explorables: its files, which load nothing when listed."""
    files = (ROOT / "dmfbook/demos" / chapter).glob("*.py")
    return sorted(file.stem for file in files if not file.stem.startswith("_"))


@cache
def explorable_title(chapter: str, explorable: str) -> str:
    """Return the title of an explorable, as its file declares it."""
    source = (ROOT / f"dmfbook/demos/{chapter}/{explorable}.py").read_text(encoding="utf-8")
    match = re.search(r'\btitle=r?"([^"]+)"', source)
    return match[1] if match else explorable.replace("_", " ")


def set_address(name: str) -> str:
    """Return the address of the page of a problem set, as it is published."""
    return address(f"teach/problems/{name}.html")


@cache
def minutes(chapter: str, road: str) -> int:
    """Return how long a chapter says that its short or its full road takes.

    A built page says so. Until there is one, the table of ``teach/README.md`` does, which a test
    compares with the pages; so a course can be planned before the book is built.
    """
    page = HTML / f"book/{chapter}.html"
    if not page.exists():
        return told_minutes(chapter)[road]
    plain = html.unescape(re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8")))
    match = re.search(rf"{_ROADS[road]} (\d+) minutes", plain)
    if match is None:
        raise ValueError(f"{page} does not say how long its {road} road takes")
    return int(match[1])


def told_minutes(chapter: str) -> dict[str, int]:
    """Return the times of a chapter's roads, as the table for instructors tells them."""
    table = (TEACH / "README.md").read_text(encoding="utf-8")
    row = re.search(rf"\(\.\./book/{chapter}\.ipynb\) \| (\d+) \| (\d+) \|", table)
    if row is None:
        raise ValueError(
            f"the table of teach/README.md has no row of {chapter}: add one, or run make book"
        )
    return dict(zip(_ROADS, map(int, row.groups()), strict=True))


def address(path: str = "") -> str:
    """Return the public address of a page of the book, from the repository in `_config.yml`."""
    owner, name = repository().split("/")[-2:]
    return f"https://{owner.lower()}.github.io/{name}/{path}"


def pulled(chapter: str, hub: str = HUB) -> str:
    """Return the link by which a JupyterHub with nbgitpuller fetches and opens a chapter.

    It takes the branch without solutions.
    """
    url = repository()
    place = f"lab/tree/{url.rpartition('/')[2]}/book/{chapter}.ipynb"
    query = urlencode({"repo": url, "branch": STUDENT_BRANCH, "urlpath": place})
    return f"{hub}/hub/user-redirect/git-pull?{query}"


def hash_of(explorable: str, setting: object) -> str:
    """Return the part of an address that opens an explorable at a setting."""
    name = explorable.replace("_", "-")
    if setting == "as it opens":
        return f"#{name}"
    if isinstance(setting, dict):
        return f"#{name}?" + "&".join(f"{slider}={value:g}" for slider, value in setting.items())
    return f"#{name}?setting={setting}"
