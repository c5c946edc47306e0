"""A chapter's package builds an explorable when it is asked for, and no other."""

import subprocess
import sys

import pytest

from dmfbook.demos import linear_networks
from dmfbook.explorables import Explorable

ASKED = """
import sys
from dmfbook.demos import scalar_uniqueness as demos
before = [name for name in sys.modules if name.startswith(f"{demos.__name__}.")]
demos.well
after = [name for name in demos.__all__ if f"{demos.__name__}.{name}" in sys.modules]
print(before, after)
"""


def test_one_that_is_asked_for_is_built_and_no_other() -> None:
    run = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[] ['well']"


def test_a_name_is_the_explorable_also_after_its_file_was_imported() -> None:
    from dmfbook.demos.linear_networks.kinks import ANSWERS

    assert ANSWERS
    assert isinstance(linear_networks.kinks, Explorable)


def test_a_chapter_lists_its_explorables_and_refuses_other_names() -> None:
    assert {"kinks", "whitening"} <= set(dir(linear_networks))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = linear_networks.nothing  # type: ignore[attr-defined]
