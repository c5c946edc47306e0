"""The version, written here once; a test holds `CITATION.cff` and `CHANGELOG.md` against it."""

__version__ = "0.1.0"
