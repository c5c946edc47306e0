"""The branch ``student``: notebooks without solutions, and all that is needed to run them.

``python -m teach._tools.student --push origin`` commits it on top of that branch of a remote, as
the workflow ``book.yml`` does after each change; the launch buttons of the edition for students
open it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from teach._tools.editions import editions
from teach._tools.sources import OUT, ROOT, chapters, load, repository, write

BRANCH = "student"
#: Beside the notebooks; tests stay out, for some of them compute what exercises ask.
KEPT = ("LICENSE", "CITATION.cff", "pyproject.toml", ".gitignore", "binder", "dmfbook")
PAGES = ("notation.md", "glossary.md")
#: What JupyterLab needs to run the notebooks and to show their boxes.
LAB = "jupyterlab>=4.2,<5\njupyterlab-myst>=2.4\n"

README = """# {title}: notebooks for students

The chapters of the book as notebooks, their exercises without solutions, and the library `dmfbook`
that they use. The pages are at <{pages}>.

## On your own computer

You need Python 3.11 or newer and the files of this page (*Code*, *Download ZIP*, then unpack), but
neither git nor an account. In the unpacked folder, on Windows:

```
py -m pip install -r requirements.txt
py -m jupyterlab book
```

Elsewhere write `python3` for `py`. Where pip says that the environment is managed by the system,
begin with `python3 -m venv .venv` and `source .venv/bin/activate`.

## In the browser

Binder needs no account, and a minute or two to start. Colab needs a Google account. The last column
is for a university's JupyterHub that has nbgitpuller and the packages of
`binder/requirements.txt`: write its address for `https://HUB`.

| chapter | | | |
|---|---|---|---|
{rows}

Text and figures: CC BY 4.0. Code: BSD 3-Clause.
"""


def hub_link(chapter: str, hub: str = "https://HUB", branch: str = BRANCH) -> str:
    """Return a link that brings a chapter into a JupyterHub, with nbgitpuller, and opens it."""
    folder = repository().rpartition("/")[2]
    parts = {
        "repo": repository(),
        "branch": branch,
        "urlpath": f"lab/tree/{folder}/book/{chapter}.ipynb",
    }
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in parts.items())
    return f"{hub}/hub/user-redirect/git-pull?{asked}"


def links(chapter: str) -> list[tuple[str, str]]:
    """Return where a chapter of the edition for students is read and run."""
    from frame import launch_places

    settings = load(ROOT / "_config.yml")
    options = {"repository_url": repository(), "launch_buttons": settings["launch_buttons"]}
    places = [
        (place["name"], place["address"])
        for place in launch_places(options, f"book/{chapter}", BRANCH)
        if place["name"] in ("Binder", "Colab")
    ]
    return [*places, ("JupyterHub", hub_link(chapter))]


def title(notebook: str) -> str:
    """Return the title of a notebook, from its text."""
    import json

    return str(json.loads(notebook)["cells"][0]["source"][0]).removeprefix("# ").strip()


def make(out: Path, chosen: list[str]) -> None:
    """Write the tree of the branch, with all chapters whichever are chosen: links need them."""
    from solutions import strip_source

    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    skipped = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in KEPT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, out / name, ignore=skipped)
        else:
            shutil.copyfile(ROOT / name, out / name)
    rows = []
    for name in [*(f"{chapter}.ipynb" for chapter in chapters()), *PAGES]:
        source = ROOT / "book" / name
        text = strip_source(source.read_text(encoding="utf-8"), source.suffix)
        write(out / "book" / name, text)
        if source.suffix == ".ipynb":
            cells = [f"[{place}]({address})" for place, address in links(source.stem)]
            rows.append(" | ".join([f"| [{title(text)}](book/{name})", *cells]) + " |")
    about = load(ROOT / "_config.yml")["title"]
    pages = editions()[0].address
    write(out / "README.md", README.format(title=about, pages=pages, rows="\n".join(rows)))
    write(out / "requirements.txt", f".[notebook]\n{LAB}")


def git(*words: str, **environment: str) -> str:
    """Run git in this repository; return what it prints."""
    run = subprocess.run(
        ["git", *words], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
    )
    if run.returncode:
        raise RuntimeError(f"git {' '.join(words)} failed: {run.stderr.strip()}")
    return run.stdout.strip()


def push(tree: Path, remote: str) -> str:
    """Commit a tree on top of the branch of a remote; return the commit, empty if nothing changed.

    Nothing is ever written over: who has pulled the branch can pull again.
    """
    where = f"refs/heads/{BRANCH}"
    parent = git("ls-remote", remote, where).split("\t")[0]
    if parent:
        git("fetch", "--quiet", "--depth=1", remote, where)
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index"), "GIT_WORK_TREE": str(tree)}
        git("add", "--all", "--force", str(tree), **index)
        written = git("write-tree", **index)
    if parent and git("rev-parse", f"{parent}^{{tree}}") == written:
        return ""
    owner = repository().split("/")[-2]
    who = {"NAME": f"The {owner} authors", "EMAIL": f"{owner}@users.noreply.github.com"}
    signed = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in who.items()}
    message = f"Notebooks without solutions, of {git('rev-parse', '--short', 'HEAD')}"
    above = ["-p", parent] if parent else []
    commit = git("commit-tree", written, *above, "-m", message, **signed)
    git("push", "--quiet", remote, f"{commit}:{where}")
    return commit


def main() -> int:
    """Write the tree, and push it where that is asked for."""
    parser = argparse.ArgumentParser(description="Write the branch of notebooks for students.")
    parser.add_argument("--push", metavar="REMOTE", help="commit it on that remote's branch")
    asked = parser.parse_args()
    out = OUT / BRANCH
    make(out, chapters())
    if asked.push:
        print(push(out, asked.push) or "Nothing has changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
