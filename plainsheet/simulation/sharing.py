"""Who shares a long work: threads of this process, unless processes or a cluster are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.problems import ModelError, error
from engine.work.workers import MOST_PROCESSES, Threads, Workers


@contextmanager
def sharing(workers: int | None, on: str | None) -> Iterator[Workers]:
    """Give so many processes, a cluster by its scheduler's address, or else threads; all end with it.

    Raises ModelError for both, for a number that is none, and for a cluster that cannot be reached.
    """
    if workers is not None and on is not None:
        raise ModelError([error("usage", "choose one of workers and on")])
    if workers is not None:
        from engine.work.processes import Processes  # noqa: PLC0415  # where they are asked for

        if isinstance(workers, bool) or not isinstance(workers, int) or not 1 <= workers <= MOST_PROCESSES:
            message = f"workers = {workers!r} is no number of processes from 1 to {MOST_PROCESSES}"
            raise ModelError([error("value", message)])
        with Processes(workers) as processes:
            yield processes
    elif on is not None:
        from engine.work.cluster import Cluster  # noqa: PLC0415  # as above

        with Cluster(str(on)) as cluster:
            yield cluster
    else:
        yield Threads()
