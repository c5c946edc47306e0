"""Race callables against each other in one process and report ratios.

A machine's speed drifts, so contenders take turns within each round and each round gives one ratio;
the median of the ratios is reported.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Contender = Callable[[], object]

# A contender that is quicker than this is called several times per round.
_SHORTEST_ROUND = 0.01
_LONG = 1.0


@dataclass(frozen=True)
class Peer:
    """How one peer did.

    Attributes
    ----------
    name : str
    ratio : float
        Median over the rounds of the peer's time divided by ours: above 1, we are faster.
    slowest, fastest : float
        The largest and the smallest of these ratios.
    """

    name: str
    ratio: float
    slowest: float
    fastest: float


@dataclass(frozen=True)
class Race:
    """The outcome of one race.

    Attributes
    ----------
    title : str
    seconds : float
        Our median time for one call.
    peers : tuple of Peer
    note : str
        What must be known to read the ratios: sizes, accuracy, what is not compared.
    """

    title: str
    seconds: float
    peers: tuple[Peer, ...]
    note: str = ""


def race(
    title: str,
    ours: Contender,
    peers: Mapping[str, Contender],
    repeats: int = 5,
    note: str = "",
) -> Race:
    """Time ours and every peer in turn, ``repeats`` rounds after one to warm up."""
    if repeats < 1:
        raise ValueError(f"repeats must be at least 1, but it is {repeats}")
    contenders = [ours, *peers.values()]
    calls = [_calls_per_round(contender) for contender in contenders]
    rounds = [
        [_seconds(contender, count) for contender, count in zip(contenders, calls, strict=True)]
        for _ in range(repeats)
    ]
    results = []
    for index, name in enumerate(peers, start=1):
        ratios = [times[index] / times[0] for times in rounds]
        results.append(Peer(name, statistics.median(ratios), max(ratios), min(ratios)))
    seconds = statistics.median(times[0] for times in rounds)
    return Race(title, seconds, tuple(results), note)


def _calls_per_round(contender: Contender) -> int:
    once = _seconds(contender, 1)
    # The first call may have paid for a warm-up, which is little beside a long run.
    if once < _LONG:
        once = _seconds(contender, 1)
    return max(1, min(10_000, int(_SHORTEST_ROUND / max(once, 1e-9))))


def _seconds(contender: Contender, calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        contender()
    return (time.perf_counter() - start) / calls
