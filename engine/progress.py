"""How far long work is, for whoever listens: the work says which step it is at, and knows nothing of screens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Listener = Callable[[str, int, int], None]
T = TypeVar("T")
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def steps(what: str, items: Iterable[T]) -> Iterator[T]:
    """Yield items, and tell the listener of each before it is worked on: of what kind, which, and of how many.

    Of items that cannot be counted the number is 0.
    """
    listener = _listener.get()
    count = len(items) if isinstance(items, Sized) else 0
    for index, item in enumerate(items):
        if listener is not None:
            listener(what, index, count)
        yield item


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let a function hear of the steps of what is done within."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)
