"""Slides of every chapter, from their plans: a deck, an outline and, with Chromium, PDFs.

A deck is one HTML file that works alone and from disk. What it shows is cut from the built book by
label (``pieces.py``), so that numbers and formulas are the book's, and its explorables are alive.
The notes come from the scripts in ``teach/scripts``.
"""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import Any

from teach._tools import outline, pieces, plans, references, slide_plans
from teach._tools.editions import built, editions
from teach._tools.pieces import Page
from teach._tools.sources import HTML, ROOT, write

BOOK = "The Geometry of Deep Matrix Factorization"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
STYLES = ("palette.css", "fonts", "explorables.css", "layout.css", "surface.css", "deck")
_CLOSING = re.compile(r"</(?=script|style)", re.IGNORECASE)
_SCRIPT = re.compile(r'<script defer="defer" src="\.\./(_static/explorables/[\w-]+\.js)"></script>')
_THEME = """
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
"""
_TOOLS = {
    "back": ("Back", '<path d="M15 5l-7 7 7 7"/>'),
    "forward": ("Forward", '<path d="M9 5l7 7-7 7"/>'),
    "list": ("All slides, and keys", '<path d="M4 6h16M4 12h16M4 18h16"/>'),
    "notes": ("Notes", '<path d="M5 4h14v16H5zM9 9h6M9 13h6"/>'),
    "present": (
        "Notes in a second window",
        '<path d="M3 8h12v9H3z"/><path d="M9 5h12v9h-3"/>',
    ),
    "theme": (
        "Light or dark",
        '<circle cx="12" cy="12" r="8"/><path class="filled" d="M12 4a8 8 0 0 1 0 16z"/>',
    ),
    "full": ("Full screen", '<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/>'),
}
_KEYS = (
    "<kbd>→</kbd> or <kbd>Page Down</kbd> goes on, <kbd>←</kbd> or <kbd>Page Up</kbd> goes back; "
    "on a slider the arrows move it, and <kbd>Esc</kbd> leaves it. <kbd>S</kbd> opens the notes in "
    "a second window, <kbd>N</kbd> beside the slide. <kbd>D</kbd> light or dark, <kbd>F</kbd> full "
    "screen, <kbd>O</kbd> this list."
)


def make(out: Path, chosen: list[str]) -> None:
    """Write decks, outlines and, where Chromium is at hand, PDFs of the slides and of the notes."""
    built(editions()[1])
    made = []
    for chapter in chosen:
        if chapter in slide_plans.planned():
            write(out / f"{chapter}.html", deck(chapter))
            write(out / f"{chapter}.md", outline.outline(chapter))
            made.append(chapter)
    from teach._tools import slides_pdf

    slides_pdf.make(out, made)


def deck(chapter: str) -> str:
    """Return a chapter's deck."""
    page = pieces.page(chapter)
    parts = [opening(page)]
    titles = [pieces.text_of(page.title())]
    notes = {entry["explorable"]: entry for entry in plans.scripts(chapter)}
    for number, slide in enumerate(slide_plans.slides(chapter), 1):
        where = slide_plans.where_is(chapter, number, slide)
        title, body = shown(page, slide, where, notes)
        kind = next((k for k in slide_plans.KINDS if k in slide), "text")
        said = notes_of(page, slide, where, notes.get(slide.get("explorable", "")))
        head = f"<h2>{title}</h2>{chips(page, slide, where, notes)}"
        parts.append(board(page, number + 1, kind, head, body, said))
        titles.append(pieces.text_of(title))
    name = f"{titles[0]} · Slides of chapter {references.number(chapter)}"
    return whole(name, "\n".join(parts), contents(titles), code())


def board(page: Page, number: int, kind: str, head: str, body: str, notes: str) -> str:
    """Return a slide: its board, and its notes. The first heading names it."""
    name = f"slide-{number}"
    chapter = f"chapter {references.number(page.chapter)}"
    foot = anchor(references.address(), BOOK) + f", {chapter} · " + anchor(LICENCE, "CC BY 4.0")
    inside = f"""{head}
<div class="body">{body}</div>
<p class="foot">{foot}<span class="number"> · {number}</span></p>"""
    inside = re.sub(r"<(h[12])>", rf'<\1 id="{name}-title">', inside, count=1)
    said = (
        f'<div class="notes" role="note" aria-label="Notes" tabindex="0">{notes}</div>'
        if notes
        else ""
    )
    about = f'id="{name}" data-kind="{kind}" aria-labelledby="{name}-title" tabindex="-1"'
    return f"""<section class="slide {kind}" {about}>
<div class="board">
{inside}
</div>
{said if notes else ""}
</section>"""


def anchor(address: str, words: str) -> str:
    """Return a link, for the foot of a slide."""
    return f'<a href="{address}">{words}</a>'


def opening(page: Page) -> str:
    """Return the first slide: the chapter's number, title, question and picture."""
    picture = page.vignette().replace('role="img"', 'aria-hidden="true"', 1)
    lead = page.lead().replace("<p", '<p class="lead"', 1)
    kind = f'<p class="kind">Chapter {references.number(page.chapter)}</p>'
    words = f"<div>{kind}<h1>{page.title()}</h1>{lead}</div><div>{picture}</div>"
    note = "<p>Press S for notes in a second window, and O for all slides and keys.</p>"
    return board(page, 1, "opening", "", words, note)


def shown(
    page: Page, slide: dict[str, Any], where: str, notes: dict[str, dict[str, Any]]
) -> tuple[str, str]:
    """Return the title and the body of a slide, as HTML."""
    chapter = page.chapter
    title = pieces.line(slide["title"], chapter, where) if "title" in slide else ""
    text = pieces.prose(slide["text"], chapter, where) if "text" in slide else ""
    if "explorable" in slide:
        name = slide["explorable"]
        demo = page.explorable(name, where)
        title = title or page.explorable_title(name, where)
        steps = "".join(
            f"<li data-to='{pieces.step_values(step['setting'])}'>"
            f"{pieces.line(step['ask'], chapter, where)}</li>"
            for step in chosen_steps(slide, notes.get(name), where)
        )
        asked = f'<ol class="steps" aria-live="polite">{steps}</ol>' if steps else ""
        return title, f'{asked}<div class="scene"><div>{demo}</div></div>'
    if "show" in slide:
        labels = slide["show"] if isinstance(slide["show"], list) else [slide["show"]]
        for label in labels:
            if str(label).startswith("eq-"):
                text += f'<div class="display">{page.display(label, where)}</div>'
                continue
            name, body = page.statement(label, where, slide.get("blocks", ""))
            head = f'<p class="box-name">{name}</p>' if title else ""
            title = title or name
            text += f'<div class="box">{head}{body}</div>'
        if "after" in slide:
            text += pieces.prose(slide["after"], chapter, where)
    elif "table" in slide:
        text += page.table(slide["table"], where)
    elif "question" in slide:
        asked = page.question(slide["question"], where)
        title = title or "What do you think?"
        lead = f'<div class="lead">{linked(page, asked["lead"])}</div>' if asked["lead"] else ""
        options = "".join(f"<li><span>{option['words']}</span></li>" for option in asked["options"])
        text += f'{lead}<p class="asked">{asked["asked"]}</p>'
        text += f'<ol class="options">{options}</ol>' if options else ""
    elif "answer" in slide:
        asked = page.question(slide["answer"], where)
        for letter, option in zip("ABCDEFGH", asked["options"], strict=False):
            if option["right"]:
                text += f'<p class="right"><b>{letter}</b><span>{option["words"]}</span></p>'
        text += linked(page, page.answer(slide["answer"], where))
    elif "exercise" in slide:
        name, body = page.statement(slide["exercise"], where)
        title = title or name
        text += f'<div class="box">{body}</div>'
    elif "read" in slide:
        title = title or "Where to read on"
        rows = (pieces.place_of(str(name), chapter, where) for name in slide["read"])
        items = "".join(f'<li><a href="{address}">{words}</a></li>' for address, words in rows)
        text += f'<ul class="reading">{items}</ul>'
    return title, f'<div class="fit">{text}</div>'


def linked(page: Page, text: str) -> str:
    """Let links to settings lead to the explorable's slide, or to the book if it has none."""
    planned = {
        slide["explorable"].replace("_", "-")
        for slide in slide_plans.slides(page.chapter)
        if "explorable" in slide
    }

    def target(match: re.Match[str]) -> str:
        if match[1] in planned:
            return match[0]
        return f'href="{pieces.public(page.chapter, html.unescape(match[0][6:-1]))}"'

    return re.sub(r'href="#([\w-]+)\?[^"]*"', target, text)


def chosen_steps(
    slide: dict[str, Any], script: dict[str, Any] | None, where: str
) -> list[dict[str, Any]]:
    """Return the steps of an explorable's script; the one that the plan names, if it names one."""
    steps = script["show"] if script else []
    if "setting" not in slide:
        return list(steps)
    settings = [step["setting"] for step in steps if isinstance(step["setting"], str)]
    plans.one_of(slide["setting"], settings, where, "setting in the script:")
    return [step for step in steps if step["setting"] == slide["setting"]]


def chips(page: Page, slide: dict[str, Any], where: str, notes: dict[str, dict[str, Any]]) -> str:
    """Return buttons for the steps of an explorable, if it has more than one."""
    name = slide.get("explorable", "")
    steps = chosen_steps(slide, notes.get(name), where)
    if len(steps) < 2:
        return ""
    words = (pieces.text_of(setting_name(page, name, step["setting"], where)) for step in steps)
    buttons = "".join(
        f'<button type="button" title="{html.escape(word)}" '
        f'aria-label="Step {i}: {html.escape(word)}">{i}</button>'
        for i, word in enumerate(words, 1)
    )
    return f'<p class="chips" role="group" aria-label="Steps">{buttons}</p>'


def setting_name(page: Page, explorable: str, setting: object, where: str) -> str:
    """Return how a setting is called on its button, or its values."""
    if isinstance(setting, dict):
        return ", ".join(f"{name} {value:g}" for name, value in setting.items())
    demo = page.find(explorable.replace("_", "-"), "explorable", where, "dmf-explorable")
    wanted = "" if setting == "as it opens" else setting
    known = {b["data-setting"]: pieces.inner(b) for b in demo.select("button[data-setting]")}
    plans.one_of(wanted, known, where, f"setting of {explorable}:")
    return known[wanted]


def notes_of(page: Page, slide: dict[str, Any], where: str, script: dict[str, Any] | None) -> str:
    """Return the notes of a slide: its own, and those of its explorable's script."""
    chapter, said = page.chapter, ""

    def line(text: str) -> str:
        return pieces.line(text, chapter, where)

    minutes = slide.get("minutes", script["minutes"] if script else None)
    if minutes:
        said += f'<p class="minutes">{minutes} minutes</p>'
    if "notes" in slide:
        said += pieces.prose(slide["notes"], chapter, where)
    if "question" in slide:
        options = page.question(slide["question"], where)["options"]
        letters = [x for x, option in zip("ABCDEFGH", options, strict=False) if option["right"]]
        said += "<p>Let all vote before anyone speaks; write the counts on the board."
        said += f" Right: {', '.join(letters)}.</p>" if letters else "</p>"
    if script:
        said += f"<p>They may think: {line(script['misconception'])}</p><dl>"
        for step in chosen_steps(slide, script, where):
            name = setting_name(page, script["explorable"], step["setting"], where)
            said += f"<dt>{name}: {line(step['ask'])}</dt><dd>{line(step['expect'])}</dd>"
        said += f"</dl><p>{line(script['after'])}</p>"
    return said


def contents(titles: list[str]) -> str:
    """Return the list of the slides, with the keys below it."""
    items = "".join(
        f'<li><a href="#slide-{i}">{html.escape(title)}</a></li>'
        for i, title in enumerate(titles, 1)
    )
    return f"""<dialog id="contents" aria-labelledby="contents-title">
<h2 id="contents-title">Slides</h2><ol>{items}</ol><p class="keys">{_KEYS}</p>
<p><label><input type="checkbox" id="letters" checked> Letters are keys</label></p>
<button type="button">Close</button></dialog>"""


def tools() -> str:
    """Return the buttons at the foot of a deck."""
    buttons = [
        f'<button type="button" data-act="{act}" aria-label="{words}" title="{words}">'
        f'<svg viewBox="0 0 24 24" aria-hidden="true">{path}</svg></button>'
        for act, (words, path) in _TOOLS.items()
    ]
    place = '<span class="clock" title="Since this window opened"></span><output></output>'
    return f'<nav class="tools" aria-label="Slides">{buttons[0]}{place}{"".join(buttons[1:])}</nav>'


@cache
def code() -> str:
    """Return the scripts of the explorables, in the order in which a page loads them, and ours."""
    page = next((HTML / "book").glob("scalar_uniqueness.html")).read_text(encoding="utf-8")
    scripts = [(HTML / file).read_text(encoding="utf-8") for file in _SCRIPT.findall(page)]
    scripts.append((ROOT / "book/_static/fonts.js").read_text(encoding="utf-8"))
    scripts.append(Path(__file__).with_name("deck.js").read_text(encoding="utf-8"))
    return "\n".join(
        f"<script>{_CLOSING.sub('<' + chr(92) + '/', text)}</script>" for text in scripts
    )


@cache
def styles() -> str:
    """Return the styles of a deck: the book's colours, fonts and explorables, and its own."""
    texts = []
    for name in STYLES:
        file = HTML / f"_static/explorables/{name}"
        if name == "fonts":
            file = ROOT / "book/_static/fonts.css"
        elif name == "deck":
            file = Path(__file__).with_name("deck.css")
        texts.append(file.read_text(encoding="utf-8"))
    return "\n".join(texts)


def whole(title: str, body: str, listed: str, scripts: str) -> str:
    """Return a deck as one file."""
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="author" content="the dmfbook authors">
<title>{html.escape(title)}</title>
<script>{_THEME}</script>
<style>
{styles()}
</style>
</head>
<body>
<main class="deck">
{body}
</main>
{tools()}
{listed}
{scripts}
</body>
</html>
"""
