"""A chapter with its questions as a SCORM 1.2 package, from the edition without solutions.

The answers to the questions are in the package's source: it gives credit for practice, and is no
exam. Links to other chapters lead to the edition for students on the web.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from teach._tools import bank
from teach._tools.exported import LICENCE, TITLE, student_site, title
from teach._tools.sources import ROOT, STUDENT_HTML, TEACH

SCRIPT = TEACH / "_tools/scorm.js"
NOTE = (
    "{count} questions on this chapter, with a word on every answer. Your course is told which of "
    "them you have answered rightly: six of ten complete the chapter, in as many tries as you like."
)
_STUB = re.compile(r"<dmf-quiz [^>]*>.*?</dmf-quiz><script>.*?</script>", re.DOTALL)
_ABSENT = re.compile(
    # what would look for other pages of the book
    r'<details class="menu"><summary>Run</summary>.*?</details>'
    r'|<a class="search"[^>]*>.*?</a>'
    r'|<link rel="(?:next|prev)"[^>]*>'
    r'|<script[^>]*src="[^"]*/previews\.js[^"]*"[^>]*></script>',
    re.DOTALL,
)
_REFERENCE = re.compile(r'(href|src)="([^"]*)"')


def make(out: Path, chapters: list[str]) -> None:
    """Write a package for each chapter that has questions."""
    build = [sys.executable, str(ROOT / "tools/build.py"), "--without-solutions"]
    subprocess.run(build, cwd=ROOT, check=True)
    for slug in chapters:
        if bank.chapter(slug):
            package(out / f"scorm12-{slug}.zip", slug, STUDENT_HTML)


def package(path: Path, slug: str, site: Path) -> None:
    """Write the package of a chapter from a built book."""
    files = contents(slug, site)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)


def contents(slug: str, site: Path) -> dict[str, bytes]:
    """Return the files of the package.

    Raises
    ------
    FileNotFoundError
        When the page needs a file that the built book does not have.
    """
    page = f"book/{slug}.html"
    text = page_of(slug, (site / page).read_text(encoding="utf-8"))
    files = {page: text.encode(), "_static/scorm.js": SCRIPT.read_bytes()}
    wanted = [urljoin(page, part) for _, part in _REFERENCE.findall(text) if _is_file(part)]
    quiz = [f"_static/{name}" for name in ("quiz.css", "quiz.js", f"quiz/{slug}.js")]
    source = re.search(r'<html [^>]*data-formulas="([^"]+)"', text)
    copied = ["_static/formulas.js", f"_static/formulas/{source[1]}.js"] if source else []
    pictures = sorted(site.glob(f"_static/explorables/book-{slug}-*"))
    drawn = [picture.relative_to(site).as_posix() for picture in pictures]
    for name in sorted({urlsplit(part).path for part in [*wanted, *quiz, *copied, *drawn]}):
        if name not in files:
            files[name] = (site / name).read_bytes()
    return {"imsmanifest.xml": manifest(slug, list(files)).encode()} | files


def page_of(slug: str, text: str) -> str:
    """Return a page as it stands in a package: its questions open, its links leading out."""
    count = len(bank.chapter(slug))
    quiz = (
        f'<dmf-quiz data-chapter="{slug}" data-quiet><p>{NOTE.format(count=count)}</p></dmf-quiz>'
    )
    text, found = _STUB.subn(quiz, text)
    if found != 1:
        raise ValueError(f"book/{slug}.html asks no questions: its notebook needs a {{quiz}}")
    text = _ABSENT.sub("", text)
    base = f"{student_site()}book/{slug}.html"

    def lead_out(match: re.Match[str]) -> str:
        name, address = match.groups()
        parts = urlsplit(html.unescape(address))
        if parts.scheme or not parts.path.endswith(".html"):
            return match[0]
        return f'{name}="{html.escape(urljoin(base, html.unescape(address)))}" target="_blank"'

    text = _REFERENCE.sub(lead_out, text)
    head = (
        '<link rel="stylesheet" href="../_static/quiz.css">'
        f'<script defer src="../_static/quiz/{slug}.js"></script>'
        '<script defer src="../_static/scorm.js"></script>'
        '<script defer src="../_static/quiz.js"></script></head>'
    )
    return text.replace("</head>", head, 1)


def _is_file(address: str) -> bool:
    parts = urlsplit(html.unescape(address))
    return not parts.scheme and bool(parts.path) and not parts.path.endswith(".html")


def manifest(slug: str, files: list[str]) -> str:
    """Return the manifest: one object that can be launched, with all its files."""
    listed = "".join(f'<file href="{html.escape(name)}"/>' for name in files)
    named = html.escape(title(slug))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<!-- {TITLE}. {LICENCE} -->\n"
        f'<manifest identifier="dmfbook-{slug}" version="1.2" '
        'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
        'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 '
        "imscp_rootv1p1p2.xsd http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd"
        '"><metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>'
        '<organizations default="book"><organization identifier="book">'
        f'<title>{named}</title><item identifier="chapter" identifierref="page">'
        f"<title>{named}</title></item></organization></organizations>"
        '<resources><resource identifier="page" type="webcontent" adlcp:scormtype="sco" '
        f'href="book/{slug}.html">{listed}</resource></resources></manifest>\n'
    )
