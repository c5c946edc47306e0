"""Check the article and make a page of it: ``python -m paper [--renew]``, or ``make paper``.

The source is Markdown with a head in YAML, as the Journal of Open Source Education asks for. The
page is one file, in the fonts and colours of the book. It is made only when nothing is wrong.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from typing import Any

import yaml  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from pybtex.database import BibliographyData, Entry, parse_file
from pybtex.richtext import Text

from paper.numbers import NO_COUNTS, NUMBERS, ROOT

SOURCE = ROOT / "paper/paper.md"
WORKS = ROOT / "paper/paper.bib"
PAGE = ROOT / "_build/paper/index.html"
STYLES = ("dmfbook/explorables/web/palette.css", "book/_static/fonts.css", "paper/paper.css")

#: The journal asks for about a thousand words.
WORDS = (1000, 1200)
HEAD = ("title", "tags", "authors", "affiliations", "date", "bibliography")
SECTIONS = (
    "Summary",
    "Statement of need",
    "Learning objectives and content",
    "Instructional design",
    "Explorables and checks",
    "Use in class",
    "The story of the project",
    "Acknowledgements",
    "References",
)
#: What an entry needs, so that a reader can find the work.
FIELDS = {
    "article": ("title", "journal", "volume", "pages", "year"),
    "inproceedings": ("title", "booktitle", "year"),
    "misc": ("title", "year"),
}
SPELLED = "three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"

_CITED = re.compile(r"\[((?:@[\w-]+)(?:; @[\w-]+)*)\]")
#: Dark where the reader's machine is, and light on paper.
_THEME = """
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const set = (paper) => {
    document.documentElement.dataset.theme = dark.matches && !paper ? "dark" : "light";
  };
  set(false);
  dark.addEventListener("change", () => set(false));
  addEventListener("beforeprint", () => set(true));
  addEventListener("afterprint", () => set(false));
})();
"""


def split(text: str) -> tuple[dict[str, Any], str]:
    """Return the head of the source and its text."""
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body.strip()


def words(body: str) -> int:
    r"""Return how many words the text has, without headings and citations.

    >>> words("# Title\n\nTwo words [@Key2020], and *three* more.")
    5
    """
    plain = re.sub(r"^#.*$", "", _CITED.sub("", body), flags=re.MULTILINE)
    return len(re.findall(r"[\w`]+(?:[-'’.,/][\w`]+)*", plain))


def cited(body: str) -> list[str]:
    """Return the keys that the text cites, each once, in the order of the text.

    >>> cited("One [@B; @A], two [@B].")
    ['B', 'A']
    """
    keys = [key.strip(" @") for group in _CITED.findall(body) for key in group.split(";")]
    return list(dict.fromkeys(keys))


def renewed(body: str) -> str:
    """Return the text with all its numbers counted anew."""
    for pattern, count in NUMBERS.items():
        found = _found(pattern, body)
        if found:
            start, end = found.span(1)
            body = f"{body[:start]}{_written(found[1], count())}{body[end:]}"
    return body


def _found(pattern: str, body: str) -> re.Match[str] | None:
    return re.search(pattern.replace(" ", r"\s+"), body)


def _written(old: str, number: int) -> str:
    return f"{number:,}" if "," in old else str(number)


def number_problems(body: str) -> list[str]:
    """Return where the text tells another number than the repository, or one that nobody counts."""
    found, left = [], body
    for pattern, count in NUMBERS.items():
        match = _found(pattern, body)
        if match is None:
            found.append(f"the text has no {pattern!r}")
            continue
        counted = _written(match[1], count())
        if match[1] != counted:
            found.append(f"{' '.join(match[0].split())!r}: the repository has {counted}")
        left = left.replace(match[0], "")
    for pattern in NO_COUNTS:
        left = re.sub(pattern, "", left)
    left = _CITED.sub("", left)
    stray = re.findall(rf"\S*\d\S*|\b(?:{SPELLED.replace(' ', '|')})\b", left, re.IGNORECASE)
    return [*found, *(f"nobody counts {number!r}" for number in stray)]


def entry_problems(key: str, entry: Entry) -> list[str]:
    """Return what an entry of the bibliography lacks."""
    lacks = [name for name in FIELDS.get(entry.type, ("title",)) if not entry.fields.get(name)]
    if not entry.persons.get("author"):
        lacks.append("author")
    if not any(entry.fields.get(name) for name in ("doi", "eprint", "pages")):
        lacks.append("doi, eprint or pages")
    return [f"{key} has no {name}" for name in lacks]


def problems(text: str, works: BibliographyData, book: BibliographyData) -> list[str]:
    """Return what is wrong with the article, one sentence each; nothing when all is well."""
    head, body = split(text)
    found = [f"the head has no {name}" for name in HEAD if not head.get(name)]
    sections = tuple(re.findall(r"^# (.*)$", body, re.MULTILINE))
    if sections != SECTIONS:
        found.append(f"the sections are {', '.join(sections)}")
    count = words(body)
    if not WORDS[0] <= count <= WORDS[1]:
        found.append(f"{count} words, not between {WORDS[0]} and {WORDS[1]}")
    if re.search(r"(?<!\[)(?<!; )@\w", _CITED.sub("", body)):
        found.append("a citation is written otherwise than [@Key; @Key]")
    keys = cited(body)
    found += [
        f"{key} is cited, but not in the bibliography" for key in keys if key not in works.entries
    ]
    found += [f"{key} is not cited" for key in works.entries if key not in keys]
    for key, entry in works.entries.items():
        found += entry_problems(key, entry)
        if key in book.entries and entry != book.entries[key]:
            found.append(f"{key} differs from the entry of the book")
    return found + number_problems(body)


def plain(text: str) -> str:
    r"""Return the text of a field of a bibliography, as HTML.

    >>> plain(r"An{\i}l and {SVD}")
    'Anıl and SVD'
    """
    shown = str(Text.from_latex(text).render_as("html"))
    return shown.replace('<span class="bibtex-protected">', "").replace("</span>", "")


def surname(entry: Entry) -> str:
    """Return the authors of a work as it is cited."""
    names = [plain(" ".join(p.prelast_names + p.last_names)) for p in entry.persons["author"]]
    if names[-1] == "others" or len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names)


def reference(entry: Entry) -> str:
    """Return a work as an entry of the list of references."""
    fields = {name: plain(value) for name, value in entry.fields.items()}
    people = [plain(str(p)) for p in entry.persons["author"]]
    authors = [" ".join(reversed(p.split(", ", 1))) for p in people if p != "others"]
    written = ", ".join(authors) + (" et al." if "others" in people else "")
    place = fields.get("journal") or fields.get("booktitle") or fields.get("publisher", "")
    place = f"<i>{place}</i>" if place else ""
    place += f" {fields['volume']}" if place and "volume" in fields else ""
    place += f", {fields['pages']}".replace("--", "–") if place and "pages" in fields else ""
    parts = [f"{written} ({fields['year']})", fields["title"], place]
    text = " ".join(part if part.endswith("?") else f"{part}." for part in parts if part)
    if "doi" in fields:
        text += f' <a href="https://doi.org/{fields["doi"]}">doi:{fields["doi"]}</a>'
    elif "eprint" in fields:
        text += f' <a href="https://arxiv.org/abs/{fields["eprint"]}">arXiv:{fields["eprint"]}</a>'
    return text


def page(text: str, works: BibliographyData) -> str:
    """Return the article as one file of HTML."""
    head, body = split(text)

    def links(match: re.Match[str]) -> str:
        entries = [(key.strip(" @"), works.entries[key.strip(" @")]) for key in match[1].split(";")]
        made = [f'<a href="#{k}">{surname(e)}, {e.fields["year"]}</a>' for k, e in entries]
        return f"({'; '.join(made)})"

    # Headings one level down, for the title is the first.
    markdown = re.sub(r"^# ", "## ", _CITED.sub(links, body), flags=re.MULTILINE)
    content = MarkdownIt("commonmark").render(markdown)
    entries = sorted(
        works.entries.items(), key=lambda row: (surname(row[1]), row[1].fields["year"])
    )
    rows = "\n".join(f'<li id="{key}">{reference(entry)}</li>' for key, entry in entries)
    styles = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in STYLES)
    title = html.escape(head["title"])
    authors = ", ".join(html.escape(author["name"]) for author in head["authors"])
    places = ", ".join(html.escape(place["name"]) for place in head["affiliations"])
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<script>{_THEME}</script>
<style>
{styles}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="by">{authors}<br>{places}<br>{html.escape(str(head["date"]))}</p>
{content}
<ol class="works">
{rows}
</ol>
</main>
</body>
</html>
"""


def main() -> None:
    """Renew the numbers if asked to, check the article, and write the page."""
    parser = argparse.ArgumentParser(prog="paper", description=__doc__)
    parser.add_argument("--renew", action="store_true", help="count all numbers of the text anew")
    arguments = parser.parse_args()
    text = SOURCE.read_text(encoding="utf-8")
    if arguments.renew:
        text = renewed(text)
        SOURCE.write_text(text, encoding="utf-8")
    works = parse_file(WORKS)
    wrong = problems(text, works, parse_file(ROOT / "book/references.bib"))
    if wrong:
        sys.exit("\n".join(["paper/paper.md:", *wrong, "`python -m paper --renew` counts anew."]))
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(text, works), encoding="utf-8")
    where = PAGE.relative_to(ROOT).as_posix()
    print(f"{words(split(text)[1])} words, {len(works.entries)} references: {where}")


if __name__ == "__main__":
    main()
