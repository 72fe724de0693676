"""A bar on the terminal for work that takes over two seconds; nothing is shown where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Final

from engine.problems import printable
from engine.progress import listening

_AFTER: Final = 2.0


@contextmanager
def bar(text: str) -> Iterator[None]:
    """Show how far the work within is, on standard error, if it is a terminal and the work takes over two seconds."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    from exports.results.console import progress  # noqa: PLC0415  # rich takes 50 ms

    text = printable(text)
    shown = progress()
    task = shown.add_task(text, total=None)

    def listen(what: str, index: int, count: int) -> None:
        shown.update(task, description=f"{text}: {what}", completed=index, total=count or None)

    timer = Timer(_AFTER, shown.start)
    timer.daemon = True
    timer.start()
    try:
        with listening(listen):
            yield
    finally:
        timer.cancel()
        timer.join()
        shown.stop()
