"""A progress line for long runs, written over itself on standard error."""

from __future__ import annotations

import sys
import time

_SECONDS_BETWEEN_LINES = 0.2


class ProgressLine:
    """Shows the latest message at most five times a second, and nothing when it is switched off."""

    def __init__(self, shown: bool) -> None:
        self._shown = shown
        self._next = 0.0
        self._width = 0

    def show(self, message: str, at_once: bool = False) -> None:
        """Write a message over the last one, unless that one is too fresh."""
        if self._shown and (at_once or time.monotonic() >= self._next):
            self._next = time.monotonic() + _SECONDS_BETWEEN_LINES
            self._width = max(self._width, len(message))
            sys.stderr.write("\r" + message.ljust(self._width))
            sys.stderr.flush()

    def close(self, message: str) -> None:
        """Write the last message and end the line."""
        self.show(message, at_once=True)
        if self._shown:
            sys.stderr.write("\n")
            sys.stderr.flush()
