"""Processes of this machine that share a work; none of them is left behind, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from threading import Thread
from typing import Any, Final, Self, TypeVar

from engine.problems import ModelError, error
from engine.work.sending import answer, programs, sent
from engine.work.workers import Waiting, ahead

T = TypeVar("T")
R = TypeVar("R")
_TRIES: Final = 3


class Processes:
    """So many processes, within a `with`. A task whose process dies is tried again, three times in all."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None
        self._others = set(multiprocessing.active_children())

    def __enter__(self) -> Self:
        """Return them; each is started when there is something to do."""
        return self

    def __exit__(self, *_raised: object) -> None:
        """End all of them."""
        self._end()

    def results(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Yield what the function has for each task, in order; ModelError where processes die again and again."""
        sending = sent(function)

        def submit(task: T) -> Future[R]:
            try:
                return self._submit(sending, task)
            except BrokenProcessPool as broken:
                # Told where it is asked for.
                future: Future[R] = Future()
                future.set_exception(broken)
                return future

        waiting: Collection[Waiting[T, R]] = ()
        try:
            for waiting in ahead(submit, tasks, self.count):
                for _ in range(_TRIES):
                    try:
                        found = waiting[0].promise.result()
                        break
                    except BrokenProcessPool:
                        self._end()
                        for one in waiting:
                            one.promise = submit(one.task)
                else:
                    message = f"a process died {_TRIES} times before its task was done"
                    hint = f"it may have lacked memory: choose fewer --workers than {self.count}"
                    raise ModelError([error("workers", message, None, hint)])
                yield found
        finally:
            if not all(one.promise.done() for one in waiting):
                self._end()

    def _submit(self, sending: bytes, task: Any) -> Future[Any]:  # noqa: ANN401  # whatever the function takes
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.count, multiprocessing.get_context("spawn"), _follow_parent)
        with _deaf():
            return self._pool.submit(answer, sending, task, programs())

    def _end(self) -> None:
        """End all processes, whatever they are at."""
        if self._pool is not None:
            for process in set(multiprocessing.active_children()) - self._others:
                process.kill()
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


@contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that is started within hear nothing of Ctrl-C, which whoever started it hears, and ends it for."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow_parent() -> None:
    """End this process as soon as the one that started it is no more, even if that was killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101  # this is a process of a pool

    def follow() -> None:
        wait([parent.sentinel])
        os._exit(1)

    Thread(target=follow, daemon=True).start()
