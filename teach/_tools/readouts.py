"""Whether what a script says is what the pictures show: all is computed anew."""

from __future__ import annotations

import importlib
from typing import Any

from teach._tools import plans
from teach._tools.entries import place
from teach._tools.sources import TEACH


def differences(chapter: str, scripts: list[dict[str, Any]]) -> list[str]:
    """Return what is wrong in the scripts of a chapter, each with its place and what to do."""
    demos = importlib.import_module(f"dmfbook.demos.{chapter}")
    path = TEACH / f"scripts/{chapter}.yml"
    found = []
    for entry in scripts:
        where = place(path, entry["explorable"])
        demo = getattr(demos, entry["explorable"])
        spoken: list[str] = []
        for step in entry["show"]:
            at = f"{where}, {step['setting']}"
            try:
                rows = numbers(demo, step["setting"])
            except (KeyError, ValueError) as error:
                found.append(f"{at}: {error.args[0]}")
                continue
            spoken += [value for _, value in rows[: len(demo.sliders)]]
            shown = dict(rows[len(demo.sliders) :])
            if shown and not step.get("readouts"):
                found.append(f"{at}: name one number at least of {', '.join(shown)}")
            for label, value in step.get("readouts", {}).items():
                if label not in shown:
                    found.append(f"{at}: no number {label!r}; there are {', '.join(shown)}")
                elif not agrees(value, shown[label]):
                    found.append(f"{at}: {label!r} is {shown[label]} now, not {value}; mend it")
                else:
                    spoken.append(shown[label])
        for sentence in plans.said(entry):
            wrong = plans.unbacked(sentence, spoken)
            if wrong:
                found.append(
                    f"{where}: {', '.join(wrong)} in {sentence!r} is no slider and no readout of "
                    "the settings shown; mend it, or name the readout that it is"
                )
    return found


def numbers(demo: Any, setting: str | dict[str, float]) -> list[tuple[str, str]]:
    """Return the sliders and the readouts of an explorable at a setting, and leave it as it was."""
    try:
        demo.reset()
        if isinstance(setting, dict):
            demo.values = setting
        elif setting != "as it opens":
            demo.apply(setting)
        return [(str(label), str(text)) for label, text in demo.numbers()]
    finally:
        demo.reset()


def agrees(written: object, shown: str) -> bool:
    """Tell whether a value is written as it is shown, be it a number or words."""
    if str(written) == shown:
        return True
    try:
        return float(str(written)) == float(shown)
    except ValueError:
        return False
