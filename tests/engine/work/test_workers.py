"""Whoever shares the work, the answer is the same, and nobody is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.uncertainty.cases import Asked, Cases
from engine.uncertainty.figures import figures
from engine.uncertainty.run import Run
from engine.work.cluster import Cluster
from engine.work.processes import Processes
from engine.work.workers import Threads, Workers, ahead
from tests.command_line import ended, heed_interrupts
from tests.mortal import die, mortal
from tests.places import ROOT
from tests.plainsheet.commands.test_simulate import TEXT

COUNT = 8_192
CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as made:
        print(made.scheduler_address, flush=True)
        sys.stdin.read()
"""


def told(cases: Cases, workers: Workers) -> str:
    """Return what is told of two stages of cases, to the last bit."""
    run = Run(cases, 2 * COUNT * 16, workers)
    for count in (COUNT, 2 * COUNT):
        run.extend(count)
    return repr([figures(run.tallies, number) for number in range(2)]) + repr(run.why)


@pytest.fixture(scope="module")
def asked() -> tuple[object, ...]:
    return plan(loads(TEXT)), None, (), Asked((Cell("cost"), Cell("each"))), 1


@pytest.fixture(scope="module")
def alone(asked: tuple[object, ...]) -> str:
    return told(Cases(*asked), Threads())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CLUSTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


def children() -> set[object]:
    return set(multiprocessing.active_children())


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 8])
def test_processes_give_the_same_bits_also_where_one_dies(
    count: int, asked: tuple[object, ...], alone: str, tmp_path: Path
) -> None:
    before = children()
    with Processes(count) as workers:
        assert told(Cases(*asked) if count == 8 else mortal(tmp_path, *asked), workers) == alone  # type: ignore[arg-type]
    assert (tmp_path / "died").exists() == (count != 8)
    assert children() == before


@pytest.mark.slow
def test_a_cluster_gives_the_same_bits_also_where_a_worker_dies(
    address: str, asked: tuple[object, ...], alone: str, tmp_path: Path
) -> None:
    with Cluster(address) as workers:
        assert workers.count == 2
        assert told(mortal(tmp_path, *asked), workers) == alone
    assert (tmp_path / "died").exists()


@pytest.mark.slow
def test_workers_of_another_version_are_refused_with_both(address: str) -> None:
    with Cluster(address) as workers:
        # One that comes later is refused by what it is asked to do.
        here, workers.here = workers.here, "plainsheet 9"
        with pytest.raises(ModelError) as raised:
            list(workers.results(abs, [1]))
    assert raised.value.problems[0].message == f"a worker of {address} has {here}; here is plainsheet 9"
    unlike = Cluster(address)
    unlike.here = "plainsheet 9"
    says = r"the worker tcp://127\.0\.0\.1:\d+ has plainsheet 0.* here is plainsheet 9"
    with pytest.raises(ModelError, match=says), unlike:
        pass


@pytest.mark.slow
def test_a_task_at_which_every_process_dies_is_told_in_one_line() -> None:
    before = children()
    with Processes(1) as workers, pytest.raises(ModelError) as raised:
        list(workers.results(die, [1]))
    assert str(raised.value.problems[0].message) == "a process died 3 times before its task was done"
    assert children() == before


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left_behind(by: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(TEXT)
    command = [sys.executable, "-X", "faulthandler", str(ROOT / "cli.py"),
               "simulate", "m.toml", "--workers", "2", "--samples", str(2**30)]  # fmt: skip
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          start_new_session=True, preexec_fn=heed_interrupts) as process:  # fmt: skip  # noqa: PLW1509  # no threads run here
        while len(of_group(process.pid)) < 4:
            time.sleep(0.1)
        time.sleep(2)
        # As a terminal does: to all of them.
        if by == signal.SIGINT:
            os.killpg(process.pid, by)
        else:
            process.kill()
        out, problems = ended(process)
    if by == signal.SIGINT:
        assert process.returncode == 130
        assert problems.startswith("interrupted")
        assert "Traceback" not in problems + out
    for _ in range(100):
        if not of_group(process.pid):
            return
        time.sleep(0.1)
    pytest.fail("processes are left behind")


def of_group(group: int) -> list[int]:
    """Return the processes of a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[3]) == group and words[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "localhost:8786", "http://host:8786", "tcp://host", "tcp://host:0", "tcp://host:99999",
     "tcp://host:8786/x", "tcp://a b:1", "tcp://host:8786\n", "inproc://1", "tls://" + "a" * 5_000],
)  # fmt: skip
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(ModelError) as raised:
        Cluster(address)
    assert "is no address of a scheduler" in raised.value.problems[0].message
    assert len(raised.value.problems[0].message) < 200


@pytest.mark.slow
def test_nobody_there_is_one_line_after_a_few_seconds() -> None:
    # One port is closed, and at the other somebody listens and says nothing.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (1, silent.getsockname()[1]):
            start = time.monotonic()
            with pytest.raises(ModelError) as raised, Cluster(f"tcp://127.0.0.1:{port}"):
                pass
            assert f"the scheduler tcp://127.0.0.1:{port} cannot be reached within 5 seconds" in str(raised.value)
            assert time.monotonic() - start < 15


def test_few_tasks_are_submitted_ahead_of_the_one_that_is_asked_for() -> None:
    submitted: list[int] = []

    class Done:
        def __init__(self, task: int) -> None:
            submitted.append(task)
            self.task = task

        def done(self) -> bool:
            return True

        def result(self) -> int:
            return self.task

    found = ahead(Done, range(100), 2)
    assert (next(found)[0].promise.result(), len(submitted)) == (0, 8)
    assert [waiting[0].promise.result() for waiting in found] == list(range(1, 100))
