"""How large a model may be: lowered for a run, and what a workbook cannot take, said before work goes into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.text.toml import MOST_BYTES, at_most, most_bytes
from exports.files.locate import HERE
from plainsheet.commands import options
from tests.command_line import run
from tests.toys.lemonade import TOY


@pytest.fixture
def lemonade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("lemonade.toml")
    path.write_text(TOY)
    return path


@pytest.mark.parametrize("size", ["1kB", "1000", "0.001MB", "1000 b", "0.000001GB"])
def test_a_larger_text_is_refused(lemonade: Path, size: str) -> None:
    done = run("--max-size", size, "check", lemonade)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "lemonade.toml: the file is larger than 0.001 MB\n  hint: split the model, or let --max-size be more\n"
    )
    assert run("check", lemonade).exit_code == 0, "the bound holds for one run"


@pytest.mark.parametrize("size", ["10MB", "1 GB", "99999999999"])
def test_the_bound_is_lowered_and_never_raised(lemonade: Path, size: str) -> None:
    assert run("--max-size", size, "check", lemonade).exit_code == 0
    with at_most(10**12):
        assert most_bytes() == MOST_BYTES


@pytest.mark.parametrize("size", ["ten", "", "-1MB", "1e3", "1TB", "\x1b[31m"])
def test_what_is_no_size_is_wrong_usage(lemonade: Path, size: str) -> None:
    done = run("--max-size", size, "check", lemonade)
    assert done.exit_code == 2
    assert "is no size; write it as in 10MB or 500kB" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("form", ["--xlsx", "--ods", "--pdf"])
def test_more_quantities_than_a_workbook_takes_are_said_at_once(
    lemonade: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(options, "_MOST_LINES", 3)
    done = run("export", lemonade, form)
    count = sum(line.strip().startswith(("value", "formula", "solve")) for line in TOY.splitlines())
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        f"a workbook takes 3 quantities at most, and lemonade.toml has {count}\n"
        "  hint: --csv writes all of them; or split the model\n"
    )
    assert list(HERE.glob("lemonade.*")) == [lemonade]
    assert run("export", lemonade, "--csv").exit_code == 0
