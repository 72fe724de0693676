"""Those who share a long work: how they are asked, and how they answer."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
MOST_PROCESSES: Final = 256
_THREADS: Final = max(1, min(4, os.cpu_count() or 1))
# What waits for each that is worked on: results that nobody asked for yet take memory.
_AHEAD: Final = 4


class Workers(Protocol):
    """Whoever computes a function of many tasks."""

    @property
    def count(self) -> int:
        """Return how many tasks are worked on at a time."""

    def results(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Yield what the function has for each task, in the order of the tasks; what is left over is given up."""


class Promise(Protocol[R_co]):
    """What is being computed."""

    def done(self) -> bool:
        """Return whether it is there, or why it is not."""

    def result(self) -> R_co:
        """Return it, once it is there."""


@dataclass(slots=True)
class Waiting(Generic[T, R]):
    """A task, and what becomes of it."""

    task: T
    promise: Promise[R]


class Threads:
    """Threads of this process: numpy lets several compute at a time."""

    def __init__(self, count: int = _THREADS) -> None:
        self.count = count

    def results(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Yield what the function has for each task, in the order of the tasks."""
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # it brings the logger of Python along

        with ThreadPoolExecutor(self.count) as pool:
            try:
                for waiting in ahead(lambda task: pool.submit(function, task), tasks, self.count):
                    yield waiting[0].promise.result()
            finally:
                pool.shutdown(cancel_futures=True)


def ahead(submit: Callable[[T], Promise[R]], tasks: Iterable[T], count: int) -> Iterator[deque[Waiting[T, R]]]:
    """Yield for each task what waits, its own first, while `count` workers have a few of those behind it to do."""
    waiting: deque[Waiting[T, R]] = deque()
    left = iter(tasks)
    while True:
        while len(waiting) < _AHEAD * count:
            try:
                task = next(left)
            except StopIteration:
                break
            waiting.append(Waiting(task, submit(task)))
        if not waiting:
            return
        yield waiting
        waiting.popleft()
