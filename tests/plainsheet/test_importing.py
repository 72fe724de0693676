"""`import plainsheet`: what it loads, what it offers, and folders that would hide it."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import plainsheet as ps
from tests.places import ROOT
from tests.toys.lemonade import TOY

HEAVY = {"numpy", "pint", "sympy", "openpyxl", "matplotlib", "pandas", "rich", "networkx", "click"}


def python(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, in a folder."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_importing_it_loads_no_library_and_takes_no_time(tmp_path: Path) -> None:
    code = (
        "import sys, time; start = time.perf_counter(); import plainsheet; took = time.perf_counter() - start\n"
        f"print(took, sorted({HEAVY} & set(sys.modules)), plainsheet.__file__)"
    )
    told = [python(code, tmp_path, PYTHONPATH=str(ROOT)).stdout.split(maxsplit=1) for _ in range(5)]
    assert {rest.strip() for _, rest in told} == {f"[] {ROOT / 'plainsheet' / '__init__.py'}"}
    # The least of several: a busy machine is no fault of the package's.
    assert min(float(took) for took, _ in told) < 0.05


@pytest.mark.parametrize("name", ps.__all__)
def test_every_public_name_and_each_of_its_parts_says_what_it_is(name: str) -> None:
    value = getattr(ps, name)
    assert name in dir(ps)
    parts = (
        {key: part for key, part in vars(value).items() if not key.startswith("_")} if inspect.isclass(value) else {}
    )
    for key, part in {name: value, **parts}.items():
        if inspect.isclass(part) or inspect.isroutine(part) or isinstance(part, property):
            text = inspect.getdoc(part) or ""
            assert text, f"{name}.{key}"
            assert not text.startswith(f"{name}("), f"{name}.{key} has the text that dataclass makes"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'lode'"):
        getattr(ps, "lode")  # noqa: B009  # the name is the point


@pytest.mark.parametrize("name", ["engine", "exports"])
@pytest.mark.parametrize("form", ["folder", "file"])
def test_a_folder_of_the_user_s_that_hides_ours_is_named(tmp_path: Path, name: str, form: str) -> None:
    mine = tmp_path / name if form == "folder" else tmp_path / f"{name}.py"
    if form == "folder":
        mine.mkdir()
    (mine / "__init__.py" if form == "folder" else mine).write_text("raise SystemExit('never imported')")
    result = python("import plainsheet", tmp_path, PYTHONPATH=str(ROOT))
    *_, last = result.stderr.strip().splitlines()
    assert last.startswith("ImportError: ")
    assert f"'{mine}' hides the package '{name}'" in last


def test_a_folder_without_modules_of_that_name_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    assert python("import plainsheet; plainsheet.ModelError", tmp_path, PYTHONPATH=str(ROOT)).returncode == 0


def test_a_folder_met_later_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("raise SystemExit('never imported')")
    (tmp_path / "toy.toml").write_text(TOY)
    code = f"import sys, os; sys.path.insert(0, ''); import plainsheet as ps; os.chdir({str(tmp_path)!r})\nprint(ps.load('toy.toml').solve()['price'])"
    result = python(code, ROOT)
    assert (result.stdout.strip(), result.stderr) == ("2.5", "")


def test_a_package_that_is_missing_is_named(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "plainsheet", tmp_path / "plainsheet")
    # Without site, which makes the checkout known.
    command = [sys.executable, "-S", "-c", "import plainsheet"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "its package 'engine' is missing" in result.stderr
