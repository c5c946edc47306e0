"""What nbval compares: the text that notebooks store, also where a chapter is tested alone."""

from __future__ import annotations

from typing import Any

from environment import settle

settle()
collect_ignore = ["_ext"]  # Sphinx's, and no tests


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Leave out pictures and widgets, which `make notebooks` does not store."""
    for notebook in {item.parent for item in items if hasattr(item.parent, "skip_compare")}:
        notebook.skip_compare += ("text/html", "image/svg+xml")
