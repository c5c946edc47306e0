"""Every answer of the bank is computed: right options hold, wrong ones do not, numbers agree."""

from __future__ import annotations

import pytest

from teach._tools import bank, truths
from teach._tools.sources import TEACH, chapters

WRITTEN = [slug for slug in chapters() if (TEACH / "quiz" / f"{slug}.yml").exists()]


@pytest.mark.parametrize("slug", WRITTEN)
def test_truth_values(slug: str) -> None:
    wrong, computed = [], 0
    for item in bank.chapter(slug):
        for place, option in enumerate(item.get("options", []), start=1):
            if "holds" in option:
                computed += 1
                if bool(truths.holds(option["holds"])) != bool(option.get("right")):
                    wrong.append(f"{item['id']}, option {place}: {option['text']}")
        for place, step in enumerate(item.get("steps", []), start=1):
            if "holds" in step:
                computed += 1
                if not truths.holds(step["holds"]):
                    wrong.append(f"{item['id']}, step {place}: {step['text']}")
        if item["kind"] == "number" and "holds" in item:
            computed += 1
            value = float(truths.holds(item["holds"]))
            if not abs(value - item["answer"]) <= item["tolerance"] / 2:
                wrong.append(f"{item['id']}: the answer is {value}, not {item['answer']}")
    assert not wrong
    assert computed >= 20


def test_few_options_are_left_to_argument() -> None:
    options = [o for s in WRITTEN for item in bank.chapter(s) for o in item.get("options", [])]
    argued = sum("argument" in option for option in options)
    assert 0 < argued <= 0.05 * len(options)
