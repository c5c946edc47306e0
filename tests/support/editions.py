"""The edition of the book for students, as a fixture for files of tests that import it."""

from __future__ import annotations

import pytest

from teach._tools.editions import Edition, built, editions


@pytest.fixture(scope="session")
def student_book() -> Edition:
    """The edition without solutions, brought up to date first."""
    return built(editions()[0])
