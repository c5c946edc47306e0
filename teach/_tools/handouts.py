"""Handouts: syllabi, script sheets, objectives, and the papers that students get."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from teach._tools import assessments, papers, plans, references
from teach._tools.handout_pages import link, page, plain, prose, table, tag
from teach._tools.sources import chapters as all_chapters
from teach._tools.sources import write


def make(out: Path, chapters: list[str]) -> None:
    """Write the handouts; of scripts those of the given chapters only."""
    made: dict[str, list[str]] = {}

    def add(part: str, name: str, title: str, text: str, note: str = "") -> None:
        write(out / f"{name}.html", text)
        told = tag("p", prose(note), class_="note") if note else ""
        made.setdefault(part, []).append(tag("li", link(f"{name}.html", title), told))

    for name in plans.SYLLABI:
        plan = plans.syllabus(name)
        add("Plan", f"syllabus-{name}", plan["title"], syllabus_page(plan), plan["for"])
    add("Plan", "objectives", "Objectives", objectives_page(all_chapters()))
    for chapter in chapters:
        add(
            "Script sheets, a chapter each",
            f"script-{chapter}",
            numbered(chapter),
            script_page(chapter),
        )
    add("Help", "self-test", assessments.selftest()["title"], papers.selftest_page())
    add("Help", "mistakes", "Common mistakes", papers.mistakes_page())
    for variant in assessments.variants():
        key = papers.exam_page(variant, answers=True)
        add("Examine", f"exam-{variant}", f"Exam, {variant}", papers.exam_page(variant))
        add("Examine", f"exam-{variant}-answers", f"Exam, {variant}, with answers", key)
    add("Run", "notebooks", "Notebooks on your JupyterHub", papers.notebooks_page())
    add("Examine", "capstones", "Capstones", papers.capstones_page())
    body = [tag("h2", part) + tag("ul", *items) for part, items in made.items()]
    write(out / "index.html", page("Handouts", "For teachers", *body))


def numbered(chapter: str) -> str:
    """Return the number and the title of a chapter."""
    return f"{references.number(chapter)} {references.title(chapter)}"


def opened(chapter: str, explorable: str, setting: object = "as it opens") -> str:
    """Return the public address of an explorable at a setting."""
    where = references.address(f"book/{chapter}.html")
    return where + references.hash_of(explorable, setting)


def words(name: object) -> str:
    """Return a name with its hyphens and underscores as blanks."""
    if isinstance(name, dict):
        return ", ".join(f"{slider} {value:g}" for slider, value in name.items())
    return str(name).replace("_", " ").replace("-", " ")


def syllabus_page(plan: dict[str, Any]) -> str:
    """Return a syllabus: what is done in which minute, what is shown, and what is done at home."""
    parts = [
        tag("p", tag("b", head), " ", prose(plan[key]))
        for head, key in (("For.", "for"), ("Needs.", "needs"), ("Afterwards.", "after"))
    ]
    if "note" in plan:
        parts.append(tag("p", prose(plan["note"])))
    if "grading" in plan:
        shares = ", ".join(f"{part}: {share} %" for part, share in plan["grading"].items())
        parts.append(tag("p", tag("b", "Graded."), " ", plain(shares), "."))
    for week in plan["weeks"]:
        if len(plan["weeks"]) > 1:
            parts.append(tag("h2", plain(week["title"])))
        parts += [meeting_table(meeting) for meeting in week["meetings"]]
        if "home" in week:
            parts.append(home_table(week))
    parts.append(tag("p", "Marked *: leave it out first if you are late.", class_="note"))
    return page(plan["title"], "Syllabus", *parts)


def meeting_table(meeting: dict[str, Any]) -> str:
    """Return a meeting as a table of minutes."""
    rows, now = [], 0
    for item in meeting["plan"]:
        named = [name.split("/") for name in item.get("explorables", [])]
        shown = ", ".join(link(opened(c, e), words(e)) for c, e in named)
        star = " *" if item.get("spare") else ""
        span = tag("span", f"{now}–{now + item['minutes']}{star}", class_="time")
        rows.append([span, prose(item["do"]), shown])
        now += item["minutes"]
    title = f"{meeting['title']}, {meeting['minutes']} minutes"
    return table(title, ("Minutes", "What", "On the screen"), rows, "plan")


def home_table(week: dict[str, Any]) -> str:
    """Return the homework of a week, with the chapters' own reading times."""
    rows = []
    for item in week["home"]:
        read = item.get("read", {}).items()
        where = [
            link(references.address(f"book/{c}.html"), references.title(c)) + f", {road} road"
            for c, road in read
        ]
        where += [
            link(references.address(f"book/{c}.html#check-yourself"), "Check yourself")
            + f" in {prose(references.title(c))}"
            for c in item.get("quiz", [])
        ]
        where += [
            link(references.address(f"book/{c}.html#{references.sections(c)[s]}"), s)
            + f" in {prose(references.title(c))}"
            for c, s in item.get("section", {}).items()
        ]
        if "set" in item:
            where.append(link(references.set_address(item["set"]), "The page of the set"))
        time = item.get("minutes", 0) + sum(references.minutes(c, road) for c, road in read)
        rows.append([tag("span", str(time), class_="time"), prose(item["do"]), "<br>".join(where)])
    hours = f"{plans.home_minutes(week) / 60:.2g}"
    return table(f"At home, about {hours} hours", ("Minutes", "What", "Where"), rows, "plan")


def objectives_page(names: list[str]) -> str:
    """Return the table of all objectives."""
    parts = [tag("p", "After the chapter the student can ...")]
    heads = ("Objective", "Statements", "Explorables", "Exercises")
    for chapter in names:
        where = references.address(f"book/{chapter}.html")
        statements, exercises = references.statements(chapter), references.exercises(chapter)
        rows = []
        for objective in plans.objectives(chapter):
            cells = (
                [link(f"{where}#{x}", statements[x]) for x in objective["statements"]],
                [link(opened(chapter, name), words(name)) for name in objective["explorables"]],
                [link(f"{where}#{x}", exercises[x]) for x in objective["exercises"]],
            )
            rows.append([prose(objective["text"]), *map("<br>".join, cells)])
        parts.append(tag("h2", prose(numbered(chapter))))
        parts.append(table(f"{len(rows)} objectives", heads, rows, "objectives"))
    return page("Objectives", "What a student can do afterwards", *parts)


def script_page(chapter: str) -> str:
    """Return the script sheets of a chapter: what to show, ask, expect and say."""
    scripts = plans.scripts(chapter)
    total = sum(entry["minutes"] for entry in scripts)
    where = link(references.address(f"book/{chapter}.html"), "The chapter")
    head = (
        f"{where} has {len(scripts)} pictures. All of them take {total} minutes; choose. Each line "
        "begins with a link that opens the picture at its setting. The numbers are those that the "
        "picture shows there."
    )
    sheets = [sheet(chapter, entry) for entry in scripts]
    return page(numbered(chapter), "In class, one sheet a picture", tag("p", head), *sheets)


def sheet(chapter: str, entry: dict[str, Any]) -> str:
    """Return the sheet of one explorable."""
    name = entry["explorable"]
    return tag(
        "section",
        tag("h2", prose(references.explorable_title(chapter, name))),
        tag("p", f"{entry['minutes']} minutes", class_="note"),
        tag("p", "Many believe: ", prose(entry["misconception"]), class_="belief"),
        *(step_html(chapter, name, step) for step in entry["show"]),
        tag("p", "Say at the end: ", prose(entry["after"]), class_="then"),
        class_="sheet",
    )


def step_html(chapter: str, explorable: str, step: dict[str, Any]) -> str:
    """Return one step of a script: a link to the setting, the question, the answer, the numbers."""
    setting = step["setting"]
    numbers = "".join(
        tag("dt", plain(name)) + tag("dd", plain(value))
        for name, value in step.get("readouts", {}).items()
    )
    said = (
        tag("p", tag("b", "Ask."), " ", prose(step["ask"])),
        tag("p", tag("b", "Expect."), " ", prose(step["expect"])),
        tag("dl", numbers) if numbers else "",
    )
    place = references.hash_of(explorable, setting)
    there = link(opened(chapter, explorable, setting), words(setting), data_place=place)
    return tag("div", there, tag("div", *said), class_="step")
