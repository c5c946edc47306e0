"""Papers that students get: the self-test, common mistakes, the exam, the capstones."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from dmfbook.explorables.labels import to_plain
from teach._tools import assessments, references
from teach._tools.assessments import filled
from teach._tools.handout_pages import link, page, plain, prose, table, tag
from teach._tools.sources import chapters

#: Shows why a chosen option is right or wrong, and what the number of right ones says.
_MARK = """
const sets = [...document.querySelectorAll("fieldset")];
const words = [...document.querySelectorAll("[data-from]")];
for (const set of sets) {
  set.addEventListener("change", ({ target }) => {
    for (const note of set.querySelectorAll(".because, .remedy")) note.classList.remove("shown");
    const note = document.getElementById(target.dataset.note);
    const right = note.classList.contains("right");
    note.classList.add("shown");
    set.querySelector(".remedy").classList.toggle("shown", !right);
    set.querySelector("[role=status]").textContent = note.textContent;
    const chosen = sets.map((s) => s.querySelector("input:checked")).filter(Boolean);
    const count = chosen.filter((input) => input.dataset.right).length;
    const verdict = words.find((word) => count >= Number(word.dataset.from)).textContent;
    document.querySelector(".score").textContent = chosen.length < sets.length
      ? `${chosen.length} of ${sets.length} answered, ${count} right`
      : `${count} of ${sets.length} right. ${verdict}`;
  });
}
"""


def place_of(label: str) -> str:
    """Return a link to a statement, by its label, with its name."""
    for chapter in chapters():
        if label in (known := references.statements(chapter)):
            return link(references.address(f"book/{chapter}.html") + f"#{label}", known[label])
    raise ValueError(f"no statement {label!r}")


def shuffled(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the options of an item in an order that is always the same and says nothing."""

    def key(option: dict[str, Any]) -> str:
        return hashlib.sha256(f"{item['id']} {option['text']}".encode()).hexdigest()

    return sorted(item["options"], key=key)


def selftest_page() -> str:
    """Return the self-test: plain radio buttons, and a word for each that is chosen."""
    test = assessments.selftest()
    head = (
        f"{len(test['items'])} questions, about {test['minutes']} minutes, for yourself alone: "
        "nothing is sent or kept. Choose, and read what is said."
    )
    items = [question(number, item) for number, item in enumerate(test["items"], 1)]
    levels = [tag("li", plain(word["say"]), data_from=word["from"]) for word in test["words"]]
    meaning = tag("summary", "What the number of right answers says") + tag("ul", *levels)
    tail = (tag("details", meaning, class_="unprinted"), tag("p", class_="score", role="status"))
    return page(test["title"], "Before the course", tag("p", head), *items, *tail, script=_MARK)


def question(number: int, item: dict[str, Any]) -> str:
    """Return a question of the self-test; its remedy shows after a wrong answer."""
    rows = []
    for place, option in enumerate(shuffled(item)):
        note, right = f"{item['id']}-{place}", option.get("right", False)
        button = f'<input type="radio" name="{item["id"]}" data-note="{note}"'
        if re.fullmatch(r"\$[^$]+\$", option["text"]):  # a formula alone is no name of a button
            button += f' aria-label="{plain(to_plain(option["text"]))}"'
        button += ' data-right="1">' if right else ">"
        rows.append(tag("label", button, tag("span", prose(option["text"])), class_="option"))
        verdict = "Right. " if right else "Not so. "
        kind = "because right" if right else "because"
        rows.append(tag("p", verdict, prose(option["because"]), class_=kind, id=note))
    remedy = item["remedy"]
    address = remedy.get("url") or references.address(remedy["page"])
    rows.append(tag("p", "Read: ", link(address, remedy["words"]), ".", class_="remedy"))
    rows.append(tag("p", class_="unseen", role="status"))
    return tag("fieldset", tag("legend", f"{number}. ", prose(item["ask"])), *rows)


def mistakes_page() -> str:
    """Return the guide to common mistakes, each with an example that breaks it."""
    head = (
        "Each of these has been believed by good people. A test recomputes every number of the "
        "examples; the Python can be pasted into a notebook that has dmfbook."
    )
    return page("Common mistakes", "For all", tag("p", head), *map(mistake, assessments.mistakes()))


def mistake(entry: dict[str, Any]) -> str:
    """Return a common mistake, with its example and the place where the book tells more."""
    see = entry["see"]
    where = (
        f"See {place_of(see['statement'])} in {tag('i', prose(references.title(see['chapter'])))}"
    )
    if "explorable" in see:
        address = references.address(f"book/{see['chapter']}.html")
        address += references.hash_of(see["explorable"], see.get("setting", "as it opens"))
        where += f", and {link(address, 'the picture')}"
    code = tag("summary", "The computation") + tag("pre", plain(entry["python"]), tabindex=0)
    return tag(
        "section",
        tag("h2", prose(entry["claim"])),
        tag("p", "Why it tempts: ", prose(entry["tempting"]), class_="belief"),
        tag("p", prose(filled(entry["example"], entry["numbers"]))),
        tag("p", where, ".", class_="then"),
        tag("details", code, class_="unprinted"),
        class_="sheet",
        id=entry["id"],
    )


def exam_page(variant: str, answers: bool = False) -> str:
    """Return the exam as a paper, or with its answers and points."""
    test = assessments.exam()
    given = assessments.variants()[variant]
    head = f"{test['minutes']} minutes, {test['points']} points. {test['aids']}"
    parts = [tag("p", plain(head)), tag("p", prose(test["conventions"]))]
    if answers and variant == "sample":
        parts.append(tag("p", "The sample is public, and so are these answers.", class_="note"))
    for number, asked in enumerate(test["questions"], 1):
        values = assessments.computed(asked, given[asked["id"]])
        parts.append(exam_question(number, asked, values, answers))
    kind = f"Variant {variant}" + (", with answers" if answers else "")
    return page(test["title"], kind, *parts)


def exam_question(number: int, asked: dict[str, Any], values: dict[str, str], answers: bool) -> str:
    """Return a question of the exam."""
    claims = [
        tag("li", prose(claim["claim"]), verdict(claim) if answers else "")
        for claim in asked.get("claims", [])
    ]
    told = ""
    if answers:
        marks = "; ".join(f"{part['points']} for {prose(part['do'])}" for part in asked["parts"])
        told = tag("p", prose(filled(asked["answer"], values)), class_="then")
        told += tag("p", "Points: ", marks, ".", class_="note")
    return tag(
        "section",
        tag("h2", f"{number} ({asked['points']} points)"),
        tag("p", prose(filled(asked["ask"], values))),
        tag("ol", *claims, type="a") if claims else "",
        told,
        class_="asked",
    )


def verdict(claim: dict[str, Any]) -> str:
    """Return whether a claim is true, and where one reads why."""
    if claim["verdict"]:
        return f" {tag('b', 'True')}, {place_of(claim['because'])}."
    return f" {tag('b', 'False')}, {link('mistakes.html#' + claim['because'], 'common mistakes')}."


def capstones_page() -> str:
    """Return the capstones with their rubric."""
    found = assessments.capstones()
    rubric = found["rubric"]
    head = "Three weeks, in pairs: a notebook or eight pages, and a talk of five minutes."
    parts = [tag("p", head)]
    for entry in found["capstones"]:
        functions = ", ".join(tag("code", plain(name)) for name in entry["functions"])
        uses = ", ".join(map(place_of, entry["uses"]))
        told = (("Data.", "data"), ("First week.", "first_week"), ("Beware.", "trap"))
        parts.append(
            tag(
                "section",
                tag("h2", prose(entry["title"])),
                tag("p", prose(entry["question"])),
                *(tag("p", tag("b", name), " ", prose(entry[key])) for name, key in told),
                tag("p", tag("b", "Uses."), f" {uses}; {functions}."),
                class_="sheet",
            )
        )
    heads = ("Criterion", *(f"{level} points" for level in rubric["levels"]))
    rows = [[tag("b", plain(c["name"])), *map(prose, c["says"])] for c in rubric["criteria"]]
    parts += [tag("h2", "Rubric"), table(f"{rubric['points']} points", heads, rows)]
    return page("Capstones", "Projects", *parts)


#: Puts the hub that was written into the field into all links.
_HUB = """
const field = document.querySelector(".hub input");
const links = [...document.querySelectorAll("a[data-hub]")];
const set = () => {
  const hub = (field.value.trim() || field.placeholder).replace(/[/]+$/, "");
  for (const link of links) {
    link.href = hub + link.dataset.hub;
    link.closest("tr").querySelector("code").textContent = link.href;
  }
};
field.addEventListener("input", set);
set();
"""


def notebooks_page() -> str:
    """Return links that open the chapters on a JupyterHub, for the address that is written in."""
    head = (
        "On a JupyterHub that has nbgitpuller these links fetch the notebooks, without solutions, "
        "and open one. Later clicks fetch what is new and keep what a student has changed."
    )
    needs = (
        "The hub needs the packages of binder/requirements.txt in the book's repository: a "
        "Dockerfile or an environment of yours may install that file as it is."
    )
    field = f'<input type="url" placeholder="{references.HUB}">'
    rows = []
    for chapter in chapters():
        address = references.pulled(chapter)
        there = link(
            address, references.title(chapter), data_hub=address.removeprefix(references.HUB)
        )
        rows.append([there, tag("code", plain(address), class_="long")])
    return page(
        "Notebooks on your JupyterHub",
        "For teachers",
        tag("p", head),
        tag("p", needs),
        tag("label", tag("span", "The address of your hub"), field, class_="hub"),
        table("Copy what you need", ("Chapter", "Link"), rows, "links"),
        script=_HUB,
    )
