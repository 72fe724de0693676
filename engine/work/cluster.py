"""The one door to dask: a cluster that somebody runs, whose scheduler is named.

Whoever reaches a scheduler may run code on its workers, and what they send back is unpickled here: a cluster is trusted
as much as whoever runs it.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from threading import Thread
from typing import Any, Final, Self, TypeVar
from uuid import uuid4

from engine.problems import ModelError, Problem, error, shortened
from engine.record import note_unknown
from engine.work.sending import UnlikeError, answer, programs, sent
from engine.work.workers import ahead

T = TypeVar("T")
R = TypeVar("R")
_ADDRESS: Final = re.compile(r"(?:tcp|tls)://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.%]+\]):(?P<port>\d{1,5})")
_PORTS: Final = 65_535
_PATIENCE: Final = 5
_GRACE: Final = 2
_RETRIES: Final = 2
_LARGE: Final = 100_000


class Cluster:
    """A cluster of dask, within a `with`. A task whose worker dies is tried again by its scheduler."""

    def __init__(self, address: str) -> None:
        found = _ADDRESS.fullmatch(address)
        if found is None or not 0 < int(found["port"]) <= _PORTS:
            message = f"'{shortened(address)}' is no address of a scheduler"
            raise ModelError([_trouble(message, "write tcp://host:8786, or tls://host:8786 for one that is encrypted")])
        self.address = address
        self.here = programs()
        self.count = 0
        self._client: Any = None

    def __enter__(self) -> Self:
        """Return the cluster, connected; ModelError where it cannot be reached, or has other programs."""
        # Whether it is there is to be asked again.
        note_unknown()
        try:
            import distributed  # noqa: PLC0415  # an extra, and a second
        except ImportError:
            message = "a cluster needs dask's distributed, which is not installed"
            raise ModelError([_trouble(message, "pip install 'plainsheet[cluster]'")]) from None
        # It says the same in many lines.
        logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
        found = _within(_PATIENCE + _GRACE, partial(_connected, distributed, self.address))
        if isinstance(found, BaseException):
            raise ModelError([self._unreached(found)])
        self._client = found
        try:
            self._meet()
        except BaseException:
            self._client.close(timeout=_PATIENCE)
            raise
        return self

    def __exit__(self, *_raised: object) -> None:
        """Leave the cluster, which gives up what is not done."""
        self._client.close(timeout=_PATIENCE)

    def results(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Yield what the function has for each task, in order; ModelError where the cluster cannot go on."""
        from concurrent.futures import CancelledError  # noqa: PLC0415

        from distributed import KilledWorker  # noqa: PLC0415  # as above

        sending: Any = sent(function)
        if len(sending) > _LARGE:
            # Data goes to a worker once, by its hash, and not with each task.
            sending = self._client.scatter(sending, hash=True)

        def submit(task: T) -> Any:  # noqa: ANN401  # a future of dask's
            key = f"plainsheet-{uuid4().hex}"
            return self._client.submit(answer, sending, task, self.here, key=key, pure=False, retries=_RETRIES)

        try:
            for waiting in ahead(submit, tasks, self.count):
                yield waiting[0].promise.result()
        except UnlikeError as unlike:
            raise ModelError([self._unlike(f"a worker of {self.address}", str(unlike))]) from None
        except KilledWorker as killed:
            message = f"workers of {self.address} died again and again before a task was done"
            raise ModelError(
                [_trouble(message, f"they may lack memory; the last was {killed.last_worker.address}")]
            ) from None
        except (CancelledError, OSError) as trouble:
            raise ModelError([self._unreached(trouble)]) from None

    def _meet(self) -> None:
        """Count the workers; ModelError where there is none, or one of other programs."""
        self.count = sum(self._client.nthreads().values())
        if not self.count:
            message = f"the cluster at {self.address} has no workers"
            raise ModelError([_trouble(message, f"start one that has plainsheet: dask worker {self.address}")])
        for worker, told in self._client.run(programs, on_error="return").items():
            if told != self.here:
                words = told if isinstance(told, str) else f"no such plainsheet ({shortened(str(told))})"
                raise ModelError([self._unlike(f"the worker {worker}", words)])

    def _unlike(self, who: str, words: str) -> Problem:
        message = f"{who} has {words}; here is {self.here}"
        return _trouble(message, "install the same versions on all workers, so that the numbers are the same")

    def _unreached(self, trouble: BaseException) -> Problem:
        why = str(trouble) or type(trouble).__name__
        told = f"within {_PATIENCE} seconds" if "imed out" in why else f"- {shortened(why)}"
        message = f"the scheduler {self.address} cannot be reached {told}"
        return _trouble(message, "is it running, and is that its address? dask scheduler prints it")


def _connected(distributed: Any, address: str) -> Any:  # noqa: ANN401  # dask's module, and its client
    """Return a client of a scheduler, or why there is none: a network has many ways."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except Exception as trouble:  # noqa: BLE001  # as it says
        return trouble


def _within(seconds: float, function: Callable[[], T]) -> T | TimeoutError:
    """Return what a function does, unless it takes too long: dask waits for ever for who listens and says nothing."""
    found: list[T] = []
    thread = Thread(target=lambda: found.append(function()), daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else TimeoutError("timed out")


def _trouble(message: str, hint: str) -> Problem:
    return error("cluster", message, None, hint)
