"""The repository's address, in every file that names it: ``repository.py https://github.com/a/b``.

The setting is ``repository: url`` in ``_config.yml``: the launch buttons and the ledger follow it.
Notebooks, the README, the citation and others cannot, so this writes it there.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = re.compile(r"https://github\.com/([\w-]+)/([\w.-]+?)(?:\.git)?/?")
#: Folders that hold nothing of ours.
SKIPPED = {".git", ".venv", "_build", "build", "dist", "node_modules", "__pycache__"}


def texts(root: Path) -> Iterator[Path]:
    """Yield the project's text files."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(n for n in folders if n not in SKIPPED and not n.endswith("_cache"))
        for file in sorted(Path(folder) / name for name in files):
            try:
                file.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
            yield file


def forms(owner: str, name: str) -> list[str]:
    """Return the ways in which an address is written: repository, launchers, published pages."""
    return [
        f"github.com/{owner}/{name}",
        f"/gh/{owner}/{name}",
        f"/github/{owner}/{name}",
        f"{owner.lower()}.github.io/{name}",
    ]


def current(root: Path) -> tuple[str, str]:
    """Return the owner and the name that the book's settings say."""
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    return parsed(settings["repository"]["url"])


def parsed(url: str) -> tuple[str, str]:
    """Return the owner and the name of an address."""
    match = ADDRESS.fullmatch(url)
    if match is None:
        raise ValueError(
            f"the address of a repository is like https://github.com/owner/name, not {url!r}"
        )
    return match[1], match[2]


def rewrite(root: Path, url: str) -> list[Path]:
    """Write the address everywhere; return the files that changed."""
    new = forms(*parsed(url))
    pairs = list(zip(forms(*current(root)), new, strict=True))
    changed = []
    for file in texts(root):
        before = after = file.read_bytes().decode("utf-8")
        for old, replacement in pairs:
            # A longer name that begins alike is another repository.
            after = re.sub(rf"{re.escape(old)}(?![\w-]|\.\w+/)", lambda _, r=replacement: r, after)
        if after != before:
            file.write_bytes(after.encode("utf-8"))
            changed.append(file)
    return changed


def main() -> int:
    """Write the address, and say where."""
    parser = argparse.ArgumentParser(description="Write the repository's address everywhere.")
    parser.add_argument("url", help="such as https://github.com/owner/name")
    for file in rewrite(ROOT, parser.parse_args().url):
        print(file.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
