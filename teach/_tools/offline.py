"""Files for a class that has no network: the pages as a zip, chapters as single files, the wheel.

Of each edition, ``student`` and ``book``, whatever of it is out of date is built first.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

from teach._tools.editions import VERSION, Edition, built, editions, wheel
from teach._tools.single import single
from teach._tools.sources import write
from teach._tools.student import LAB

#: What only a site needs, or nobody: pictures that other sites show of a link, leftovers of Sphinx.
LEFT_OUT = re.compile(
    r"_static/pictures/|_sources/.*\.md$|objects\.inv$|\.buildinfo$|_static/(?:basic|pygments|proof"
    r"|exercise|mystnb\..*)\.css$|_static/(?:doctools|documentation_options|searchtools"
    r"|language_data|sphinx_highlight)\.js$|_static/(?:file|plus|minus)\.png$"
)
#: One date for all that is packed, so that the same files make the same zip.
DATE = (2026, 1, 1, 0, 0, 0)

TO_READ = """{title}
{line}

Open index.html: the pages need no network and no server. (Unpack the whole folder first: what is
opened within a zip finds nothing beside it.)

To run the notebooks you need Python 3.11 or newer, from python.org or a package manager, and once
a network. In this folder, on Windows:

    py -m pip install -r requirements.txt
    py -m jupyterlab notebooks

Elsewhere write python3 for py. Where pip says that the environment is managed by the system,
begin with:

    python3 -m venv .venv
    source .venv/bin/activate

Text and figures: CC BY 4.0. Code: BSD 3-Clause. Published at {address}
"""


def pack(path: Path, files: dict[str, bytes]) -> None:
    """Write a zip whose bytes depend on nothing but the files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(files):
            about = zipfile.ZipInfo(name, DATE)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            packed.writestr(about, files[name])


def packed(edition: Edition, library: Path) -> dict[str, bytes]:
    """Return the files of an edition's zip: pages, notebooks, the library, and what to do."""
    folder = f"dmfbook-{edition.name}"
    files = {}
    for file in sorted(edition.html.rglob("*")):
        name = file.relative_to(edition.html).as_posix()
        if not file.is_file() or LEFT_OUT.search(name):
            continue
        data = file.read_bytes()
        if file.suffix == ".html":
            data = data.replace(b"../_sources/book/", b"../notebooks/")
        files[f"{folder}/{name.replace('_sources/book/', 'notebooks/')}"] = data
    requirements = f"./{library.name}[notebook]\n{LAB}"
    title = "The Geometry of Deep Matrix Factorization"
    words = TO_READ.format(title=title, line="=" * len(title), address=edition.address)
    files |= {
        f"{folder}/{library.name}": library.read_bytes(),
        f"{folder}/requirements.txt": requirements.encode(),
        # With the line ends of the editor that opens it on Windows.
        f"{folder}/READ ME.txt": words.replace("\n", "\r\n").encode(),
    }
    return files


def make(out: Path, chosen: list[str]) -> None:
    """Write the zip and the single files of both editions, and the wheel."""
    shutil.rmtree(out, ignore_errors=True)
    library = wheel(out)
    for edition in editions():
        built(edition)
        pack(out / f"dmfbook-{VERSION}-{edition.name}.zip", packed(edition, library))
        for chapter in chosen:
            write(out / f"single-{edition.name}" / f"{chapter}.html", single(edition, chapter))
