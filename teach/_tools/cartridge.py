"""A Common Cartridge 1.3: a module for each part of the book, with links, quizzes and a page."""

from __future__ import annotations

from html import escape
from pathlib import Path

from teach._tools import qti12
from teach._tools.exported import LICENCE, TITLE, Quiz, student_site
from teach._tools.sources import ROOT, load

SPACES = (
    'xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1" '
    'xmlns:lomimscc="http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"'
)
ABOUT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>About this course</title></head><body>
<h1>About this course</h1>
<p>The links lead to the chapters of <a href="{site}">{title}</a>, an interactive textbook that runs
in any browser and asks for no account. The quizzes are for practice: their answers are public.
Questions for a number, or for an order of steps, are not part of this format; they stand in the
chapters, under <em>Check yourself</em>.</p>
<p>Text and questions: {licence}.</p>
</body></html>
"""


def parts() -> list[tuple[str, list[str]]]:
    """Return the parts of the book with the slugs of their chapters."""
    toc = load(ROOT / "_toc.yml")
    found = []
    for part in toc["parts"]:
        files = [entry["file"] for entry in part["chapters"]]
        slugs = [Path(file).name for file in files if (ROOT / f"{file}.ipynb").exists()]
        if slugs:
            found.append((part["caption"], slugs))
    return found


def _link(quiz: Quiz) -> str:
    address = f"{student_site()}book/{quiz.name}.html"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<webLink xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3">'
        f'<title>{escape(quiz.title)}</title><url href="{escape(address)}" target="_blank"/>'
        "</webLink>\n"
    )


def _entry(name: str, to: str, title: str) -> str:
    return f'<item identifier="{name}" identifierref="{to}"><title>{escape(title)}</title></item>'


def package(quizzes: list[Quiz]) -> dict[str, str]:
    """Return the files of the cartridge."""
    by_name = {quiz.name: quiz for quiz in quizzes}
    start = [_entry("go-about", "about", "About this course")]
    if "prerequisites" in by_name:
        start.append(_entry("go-quiz-prerequisites", "quiz-prerequisites", "Self-test"))
    modules = [("Before you begin", start)]
    for caption, slugs in parts():
        entries = []
        for slug in (slug for slug in slugs if slug in by_name):
            title = by_name[slug].title
            entries.append(_entry(f"go-{slug}", f"link-{slug}", title))
            entries.append(_entry(f"go-quiz-{slug}", f"quiz-{slug}", f"Check yourself: {title}"))
        if entries:
            modules.append((caption, entries))
    items = "".join(
        f'<item identifier="module-{k}"><title>{escape(caption)}</title>{"".join(entries)}</item>'
        for k, (caption, entries) in enumerate(modules)
    )
    files = {"about/about.html": ABOUT.format(site=student_site(), title=TITLE, licence=LICENCE)}
    resources = (
        '<resource identifier="about" type="webcontent" href="about/about.html">'
        '<file href="about/about.html"/></resource>'
    )
    for quiz in quizzes:
        path = f"quiz-{quiz.name}/quiz.xml"
        files[path] = qti12.assessment(quiz, canvas=False)
        resources += (
            f'<resource identifier="quiz-{quiz.name}" '
            'type="imsqti_xmlv1p2/imscc_xmlv1p3/assessment">'
            f'<file href="{path}"/></resource>'
        )
        if quiz.name != "prerequisites":
            path = f"links/{quiz.name}.xml"
            files[path] = _link(quiz)
            resources += (
                f'<resource identifier="link-{quiz.name}" type="imswl_xmlv1p3">'
                f'<file href="{path}"/></resource>'
            )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<!-- {TITLE}. {LICENCE} -->\n"
        f'<manifest identifier="dmfbook-cartridge" {SPACES}><metadata>'
        "<schema>IMS Common Cartridge</schema><schemaversion>1.3.0</schemaversion>"
        '<lomimscc:lom><lomimscc:general><lomimscc:title><lomimscc:string language="en">'
        f"{TITLE}</lomimscc:string></lomimscc:title></lomimscc:general></lomimscc:lom></metadata>"
        '<organizations><organization identifier="org" structure="rooted-hierarchy">'
        f'<item identifier="root">{items}</item></organization></organizations>'
        f"<resources>{resources}</resources></manifest>\n"
    )
    return {"imsmanifest.xml": manifest} | files
