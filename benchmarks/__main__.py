"""Run the races: ``python -m benchmarks [slug ...]``, one core, results in ``results.md``."""

from __future__ import annotations

import argparse
import importlib
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from benchmarks import curvature
from benchmarks.harness import Race

HERE = Path(__file__).parent
RESULTS = HERE / "results.md"


def slugs() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def duration(seconds: float) -> str:
    for factor, unit in ((1.0, "s"), (1e3, "ms"), (1e6, "us")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def number(ratio: float) -> str:
    """Show three digits, without an exponent."""
    return f"{float(f'{ratio:.3g}'):,.0f}" if ratio >= 100 else f"{ratio:.3g}"


def table(races: Iterable[Race]) -> str:
    """Return a markdown table: one row for each peer."""
    rows = [
        "| race | ours | peer | peer's time / ours | range |",
        "|---|---|---|---|---|",
    ]
    notes = []
    for one in races:
        rows += [
            f"| {one.title} | {duration(one.seconds)} | {peer.name} "
            f"| {number(peer.ratio)} | {number(peer.fastest)} to {number(peer.slowest)} |"
            for peer in one.peers
        ] or [f"| {one.title} | {duration(one.seconds)} | none | | |"]
        if one.note:
            notes.append(f"- {one.title}: {one.note}")
    return "\n".join([*rows, "", *notes, ""] if notes else [*rows, ""])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("slugs", nargs="*", metavar="slug", help="which ones; all by default")
    wanted = parser.parse_args().slugs or slugs()
    unknown = sorted(set(wanted) - set(slugs()))
    if unknown:
        parser.error(f"no benchmark for {', '.join(unknown)}; there are {', '.join(slugs())}")
    sections = []
    for slug in wanted:
        races = list(importlib.import_module(f"benchmarks.bench_{slug}").races())
        sections.append(f"## {slug}\n\n{table(races)}")
        print(sections[-1], flush=True)
    if wanted == slugs():
        RESULTS.write_text(header() + "\n".join(sections), encoding="utf-8")
        print(f"written to {RESULTS.name}")
    else:
        print(f"{RESULTS.name} is only written when all of them run")


def header() -> str:
    packages = ["numpy", "scipy"] + ["curvlinops-for-pytorch", "torch"] * curvature.INSTALLED
    return (
        "# Benchmarks\n\n"
        "Made by `python -m benchmarks`. All contenders of a race take turns in one process on one "
        "core, and the ratio is the median over the rounds: above 1, the peer is slower than "
        "`dmfbook`. The times depend on the machine, the ratios less so. "
        f"{platform.machine()} processor, Python {platform.python_version()}, "
        f"{', '.join(f'{name} {version(name)}' for name in packages)}.\n\n"
    )


if __name__ == "__main__":
    main()
