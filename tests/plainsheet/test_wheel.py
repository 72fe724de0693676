"""What installs: a wheel, built and put into an environment of its own, far from the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.places import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel that is built from a copy of the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("plainsheet", "engine", "exports"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "pyproject.toml", "README.md", "cli.py"):
        shutil.copy(ROOT / name, folder)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", "."]
    subprocess.run([*pip, "wheel", *options, "."], cwd=folder, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that holds the wheel, and of this one the dependencies alone."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    program = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(program)]
    subprocess.run([*command, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    # Python reads no .pth in a folder that a .pth adds: the checkout, installed to be edited, stays out of reach.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return program


def run(command: list[str | Path], folder: Path) -> str:
    """Run a command without any path of this run's own, and return what it prints."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"plainsheet", "engine", "exports"}
    # Scripts and styles of the page, and the catalog of units, are no modules and come along all the same.
    files = {
        str(path.relative_to(ROOT))
        for name in ("plainsheet", "engine", "exports")
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if ".dist-info" not in name} == files


def test_it_is_the_wheel_that_is_imported(python: Path, tmp_path: Path) -> None:
    code = "import plainsheet, engine, exports; print(plainsheet.__file__, engine.__file__, exports.__file__)"
    for file in run([python, "-c", code], tmp_path).split():
        assert Path(file).is_relative_to(python.parent.parent)
    assert "cannot" in run([python, "-c", "try:\n import cli\nexcept ImportError: print('cannot')"], tmp_path)


@pytest.mark.slow
def test_the_main_job_runs_where_the_checkout_is_not(python: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "models", tmp_path / "models")
    told = run([python.with_name("plainsheet"), "export", "models/sora.toml", "--xlsx"], tmp_path)
    assert told == "sora.xlsx: 135 quantities in 8 scenarios\n"
    assert (tmp_path / "sora.xlsx").read_bytes()[:2] == b"PK"


@pytest.mark.slow
def test_the_examples_of_the_page_on_python_run_there(python: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "models", tmp_path / "models")
    page = (ROOT / "docs" / "python.md").read_text()
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    assert "all 34 rules hold" in run([python, "-c", code], tmp_path)
