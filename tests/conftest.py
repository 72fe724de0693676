"""What tests share: toy models, and a word at the end on tests that this machine could not run."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from engine.model.load import loads
from engine.plan.plan import Plan
from engine.planning.planner import plan
from tests import exported
from tests.oracles.chromium import has_chromium
from tests.oracles.gnumeric import has_gnumeric
from tests.oracles.libreoffice import has_libreoffice
from tests.oracles.neovim import has_neovim
from tests.oracles.node import has_node
from tests.toys.bakery import BAKERY, CHARTS, MORE, declared
from tests.toys.lemonade import TOY
from tests.toys.orchard import ORCHARD, TOTAL
from tests.toys.rent import Repository

_LONGEST_ID = 60
# A test runs what it tests, and leaves nothing in anybody's home.
os.environ["PLAINSHEET_CACHE"] = "off"


@dataclass(frozen=True)
class Program:
    """A program that some tests need: what it is called, whether it is here, and how to get it."""

    name: str
    is_here: Callable[[], bool]
    install: str


# By the mark of the tests that need it.
PROGRAMS = {
    "chromium": Program("Chromium", has_chromium, "apt-get install --no-install-recommends chromium"),
    "libreoffice": Program("LibreOffice", has_libreoffice, "apt-get install --no-install-recommends libreoffice-calc"),
    "gnumeric": Program("Gnumeric", has_gnumeric, "apt-get install --no-install-recommends gnumeric"),
    "neovim": Program("Neovim", has_neovim, "apt-get install --no-install-recommends neovim"),
    "node": Program(
        "Node, or what is pinned for it,", has_node, "apt-get install --no-install-recommends nodejs npm; make test"
    ),
}

# The same cases every run: a failure in CI can be had again. Time is measured in benchmarks, never here.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def exported_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give the processes of a run one folder for the workbooks of the models: each takes seconds to export."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    exported.folders.append(shared / "exported")
    exported.folders[-1].mkdir(exist_ok=True)


@pytest.fixture(scope="session")
def toy() -> Plan:
    """Return a small model with scenarios, a share, and a conversion."""
    return plan(loads(TOY, "lemonade.toml"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the small model in it, in which the test stands."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lemonade.toml").write_text(TOY)
    return tmp_path


@pytest.fixture
def orchard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a model over members and periods, in whose folder the test stands."""
    monkeypatch.chdir(tmp_path)
    path = Path("orchard.toml")
    path.write_text(ORCHARD + TOTAL)
    return path


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a repository with the model of a rent, in which the test stands."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Repository(folder)


@pytest.fixture(scope="session")
def bakery() -> Plan:
    """Return a model with charts of every kind."""
    return plan(loads(BAKERY + MORE + declared(CHARTS)))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Keep the names of tests short: a file by its own name, and long texts by what they are."""
    if isinstance(val, Path):
        return val.name
    is_long = isinstance(val, str) and (len(val) > _LONGEST_ID or not val.isprintable())
    return argname if is_long or getattr(val, "__name__", "") == "<lambda>" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a program that is missing; where every test must run, fail instead."""
    missing = [mark for mark, program in PROGRAMS.items() if not program.is_here()]
    if not missing or os.environ.get("PLAINSHEET_ALL_TESTS"):
        return
    left_out = [item for item in items if any(item.get_closest_marker(mark) for mark in missing)]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays for all tests, and look less often: a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was left out, and how to install it."""
    missing = [program for program in PROGRAMS.values() if not program.is_here()]
    if missing:
        terminalreporter.section("left out")
    for program in missing:
        terminalreporter.line(f"{program.name} is missing, so the tests that hold our files against it did not run.")
        terminalreporter.line(f"To run them: {program.install}")
