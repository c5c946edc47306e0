"""Sphinx extension: the part of MathJax that the book needs, copied next to its pages."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MATHJAX = "sphinx-mathjax-offline"
"""The package whose copy of MathJax 3.2.2 is served."""


def mathjax_folder() -> Path:
    """Return the folder of the installed copy of MathJax."""
    package = find_spec(MATHJAX)
    if package is None or package.origin is None:
        raise RuntimeError(f"{MATHJAX} is not installed: install requirements.txt")
    return Path(package.origin).parent / "static/mathjax"


def copy_mathjax(components: list[str], target: Path) -> None:
    """Copy MathJax's loader, the named components and its web fonts to the target folder.

    Parameters
    ----------
    components
        Names as in MathJax's ``loader.load`` setting: ``core``, ``[tex]/ams``.
    target
        The folder, made anew.
    """
    source = mathjax_folder()
    fonts = ["output/chtml/fonts/tex.js", "output/chtml/fonts/woff-v2"]
    scripts = [name.replace("[tex]", "input/tex/extensions") + ".js" for name in components]
    shutil.rmtree(target, ignore_errors=True)
    for name in ["startup.js", *scripts, *fonts]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (source / name).is_dir() else shutil.copyfile
        copy(source / name, target / name)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Copy MathJax beside the pages."""
    if exception is None and app.builder.format == "html":
        components = app.config.mathjax3_config["loader"]["load"]
        copy_mathjax(components, Path(app.outdir) / "_static/mathjax")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
