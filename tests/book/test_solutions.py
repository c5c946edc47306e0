"""A book without solutions holds no word of any of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import solutions
from browser import ROOT

SECRETS = ("plughsecret", "xyzzysecret", "gatedsecret", "codesecret", "colonsecret", "nestedsecret")

PAGE = """# A page

```{exercise} First
:label: ex-first
Prove it.
```

```{solution} ex-first
:class: dropdown
The word is plughsecret.
```

Kept text.

:::{exercise}
:label: ex-second
Again.
:::

::::{solution} ex-second
Colonsecret, and a box:

:::{note}
nestedsecret
:::
::::

Last words.
"""

CELLS = [
    (
        "markdown",
        "# A notebook\n\n```{exercise} Third\n:label: ex-third\n\nWork.\n```",
    ),
    ("markdown", "```{solution-start} ex-third\n:class: dropdown\n```\n\nGatedsecret words."),
    ("code", "codesecret = 1"),
    ("markdown", "More xyzzysecret.\n\n```{solution-end}\n```\n\nAfter the gate."),
    ("code", "kept = 1"),
]


def _notebook() -> str:
    cells = [
        {
            "cell_type": kind,
            "id": f"cell-{number}",
            "metadata": {},
            "source": source.splitlines(keepends=True),
            **({"outputs": [], "execution_count": None} if kind == "code" else {}),
        }
        for number, (kind, source) in enumerate(CELLS)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def test_text_is_cut_exactly() -> None:
    """Solutions go, everything else stays, and nested fences do not end a solution early."""
    kept = solutions.strip_source(PAGE, ".md")
    assert not any(secret in kept.lower() for secret in SECRETS)
    for line in ("Prove it.", "Kept text.", "Again.", "Last words."):
        assert line in kept


def test_notebook_is_cut_exactly() -> None:
    """A gated solution takes its code cells along, and what follows it in the same cell stays."""
    kept = json.loads(solutions.strip_source(_notebook(), ".ipynb"))
    assert [cell["id"] for cell in kept["cells"]] == ["cell-0", "cell-3", "cell-4"]
    assert "".join(kept["cells"][1]["source"]).strip() == "After the gate."
    assert not any(secret in json.dumps(kept).lower() for secret in SECRETS)


@pytest.mark.parametrize(
    "text", ["```{solution} ex-a\nnever closed", "```{solution-start} ex-a\n```\nnever ended"]
)
def test_an_open_solution_is_refused(text: str) -> None:
    """A solution without an end is an error, not the loss of the rest of the page."""
    with pytest.raises(ValueError, match=r"never closed|no solution-end"):
        solutions.strip_source(text, ".md")


def _build(folder: Path, hide: bool) -> str:
    """Build the small book in the folder with this book's settings; return all its text files."""
    settings = (ROOT / "_config.yml").read_text(encoding="utf-8")
    assert settings.count("hide_solutions: false") == 1
    settings = settings.replace("hide_solutions: false", f"hide_solutions: {str(hide).lower()}")
    settings = settings.replace(": book/_ext", f": {ROOT}/book/_ext")
    settings = settings.replace("execute_notebooks: cache", "execute_notebooks: off")
    (folder / "_config.yml").write_text(settings)
    command = "from jupyter_book.cli.main import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", command, "build", "--all", "-W", "-n", str(folder)],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert result.returncode == 0, result.stderr
    output = folder / "_build/html"
    texts = {
        path: path.read_text("utf-8", errors="ignore")
        for path in output.rglob("*")
        if path.is_file()
    }
    shutil.rmtree(folder / "_build")
    return "\n".join(f"{path}\n{text}" for path, text in texts.items()).lower()


@pytest.mark.thorough
def test_no_word_of_a_solution_is_left(tmp_path: Path) -> None:
    """One setting empties pages, search index, source copies and downloads of every solution."""
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/page\nchapters: [file: book/notebook]\n"
    )
    (tmp_path / "book").mkdir()
    (tmp_path / "book/references.bib").write_text("")
    (tmp_path / "book/page.md").write_text(PAGE)
    (tmp_path / "book/notebook.ipynb").write_text(_notebook())
    shutil.copytree(ROOT / "book/_static", tmp_path / "book/_static")

    shown = _build(tmp_path, hide=False)
    assert [secret for secret in SECRETS if secret not in shown] == []
    hidden = _build(tmp_path, hide=True)
    assert [secret for secret in SECRETS if secret in hidden] == []
    assert "prove it." in hidden
    assert "after the gate." in hidden


def test_every_solution_of_the_book_is_found() -> None:
    """In the real chapters, no line of a solution survives the cut."""
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        whole = path.read_text(encoding="utf-8")
        count = len(re.findall(r"\{solution(?:-start)?\}", whole))
        kept = solutions.strip_source(whole, ".ipynb")
        assert "{solution" not in kept
        assert (
            kept.count('"cell_type"') < whole.count('"cell_type"') or len(kept) < len(whole)
        ) == (count > 0)
