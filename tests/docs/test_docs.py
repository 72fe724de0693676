"""The documentation holds: every example is a model that passes, or is wrong in just the way it says."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from matplotlib.image import imread

import plainsheet as ps
from engine.model.load import loads
from engine.planning.planner import plan
from engine.problems import ModelError, render
from tests.command_line import run
from tests.pages import blocks
from tests.places import ROOT

# Pages that begin with a whole model, to which their examples are added.
PAGES = {name: blocks(f"docs/{name}.md") for name in ("language", "uncertainty")}


def together(page: str, fragment: str) -> str:
    """Return the page's whole model with a fragment added; its units go where units are."""
    whole = PAGES[page][0][1]
    units = re.match(r"\[units\]\n(.*?)\n\n", fragment, re.DOTALL)
    if units is None:
        return whole + fragment
    return whole.replace("[units]\n", f"[units]\n{units[1]}\n") + fragment[units.end() :]


def numbered(kind: str) -> list[tuple[str, int]]:
    return [(name, number) for name, page in PAGES.items() for number, (own, _) in enumerate(page) if own == kind]


@pytest.mark.parametrize(("page", "number"), [one for one in numbered("toml") if one[1]])
def test_an_example_is_a_model_that_passes(page: str, number: int) -> None:
    plan(loads(together(page, PAGES[page][number][1])))


@pytest.mark.parametrize("page", PAGES)
def test_the_whole_model_passes_strictly(page: str, tmp_path: Path) -> None:
    path = tmp_path / "whole.toml"
    path.write_text(PAGES[page][0][1])
    result = run("check", str(path), "--strict")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(("page", "number"), numbered("toml wrong"))
def test_a_wrong_example_gives_the_message_that_follows_it(page: str, number: int) -> None:
    with pytest.raises(ModelError) as caught:
        plan(loads(together(page, PAGES[page][number][1])))
    kind, expected = PAGES[page][number + 1]
    assert kind == "text"
    assert expected.strip() in re.sub(r"^\S+?:\d+: ", "", render(caught.value.problems), flags=re.MULTILINE)


def test_the_page_on_uncertainty_shows_what_simulate_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("stall.toml").write_text(PAGES["uncertainty"][0][1])
    every = [text for kind, text in PAGES["uncertainty"] if kind == "text" and text.startswith("$ ")]
    assert len(every) == 2
    for shown in every:
        command, _, answer = shown.partition("\n")
        result = run(*shlex.split(command)[2:])
        assert "\n".join([line.rstrip() for line in result.stdout.strip().splitlines()]) == answer.strip()


def test_the_picture_of_the_page_on_uncertainty_is_what_plot_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("stall.toml").write_text(PAGES["uncertainty"][0][1])
    assert run("simulate", "profit", "-m", "stall.toml", "--plot", "profit.png").exit_code == 0
    shown, drawn = (imread(path) for path in (ROOT / "docs" / "uncertainty.png", Path("profit.png")))
    assert shown.shape == drawn.shape
    # Other versions of what draws move a letter by a pixel.
    assert float(np.mean(np.abs(shown - drawn))) < 0.025


def test_the_readme_s_model_and_its_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = blocks("README.md")
    model = next(text for kind, text in page if kind == "toml")
    shown = next(text for kind, text in page if kind == "text")
    session = "".join(text for kind, text in page if kind == "console")
    Path("rental.toml").write_text(model)
    for command, answer in re.findall(r"^\$ plainsheet ([^\n]+)\n((?:[^$\n][^\n]*\n)*)", session, re.MULTILINE):
        result = run(*shlex.split(command))
        assert result.exit_code == 0, (command, result.output)
        assert answer in result.output
    Path("rental.toml").write_text(model.replace("gpus * price * month", "gpus * price"))
    assert shown.strip() in run("check", "rental.toml").output


def python_examples() -> list[str]:
    """Return the examples of the page on Python, in its order: later ones go on with the names of the first."""
    return [text for kind, text in blocks("docs/python.md") if kind == "python"]


@pytest.mark.slow
def test_the_python_examples_say_what_they_give(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    told = 0
    for code in python_examples():
        for statement in ast.parse(code).body:
            source = ast.get_source_segment(code, statement) or ""
            line = code.splitlines()[(statement.end_lineno or 1) - 1]
            said = re.search(r"  # .*: (?P<value>\[.*\]|[-\d.]+)(?: GPU)?$", line)
            if isinstance(statement, ast.Expr):
                value = eval(source, names)  # noqa: S307  # the page's own example
                shown = (capsys.readouterr().out.splitlines() or [_spelled(value)])[-1]
                assert said is None or shown == said["value"], line
                told += said is not None
            else:
                exec(source, names)  # noqa: S102  # the page's own example
    assert told == 15
    assert str(names["high"].quantity("training_gpus").units) == "GPU"  # type: ignore[attr-defined]


def _spelled(value: object) -> str:
    if isinstance(value, list):
        return str(value)
    return f"{getattr(value, 'magnitude', value):.15g}" if not isinstance(value, str) else value


def test_every_name_of_the_interface_is_on_its_page_and_the_other_way_round() -> None:
    page = (ROOT / "docs" / "python.md").read_text()
    assert set(re.findall(r"\bps\.(\w+)", page)) | {"Model", "Results"} == set(ps.__all__)


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])
def test_every_link_and_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    named = re.findall(r"\]\((?!https?:)([^)#]+)\)", text) + re.findall(
        r"`((?:tests|plainsheet|engine|exports|models)/[\w/]+\.\w+)`", text
    )
    for name in named:
        base = ROOT if name.split("/")[0] in {"tests", "plainsheet", "engine", "exports", "models"} else page.parent
        assert (base / name).exists(), f"{page.name} names {name}"


class Session:
    """A page's console, played in a repository: what it shows is what is printed."""

    def __init__(self, folder: Path, page: str) -> None:
        self.folder = folder
        self.steps = [
            step
            for kind, text in blocks(page)
            if kind == "console"
            for step in re.findall(r"^\$ ([^\n]+)\n((?:(?!\$ )[^\n]*\n)*)", text, re.MULTILINE)
        ]

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=Ann", "-c", "user.email=a@b.c", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def play(self, command: str) -> str:
        program, *arguments = shlex.split(command)
        if program == "git":
            # The names of the files and their hashes stand above the changes.
            return re.sub(r"^(diff|index|---|\+\+\+) .*\n", "", self.git(*arguments), flags=re.MULTILINE)
        result = run(*arguments)
        assert result.exit_code == 0, (command, result.output)
        return result.output


def test_the_round_trip_goes_as_its_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    session = Session(tmp_path, "docs/round-trip.md")
    Path("rental.toml").write_text(next(text for kind, text in blocks("README.md") if kind == "toml"))
    session.git("init", "-q", "-b", "main")
    session.git("add", "rental.toml")
    session.git("commit", "-q", "-m", "A model")
    for command, answer in session.steps:
        assert session.play(command) == answer, command
        if "export" in command:
            book = openpyxl.load_workbook("rental.xlsx")
            line = next(row for row in book["Inputs"].iter_rows() if row[2].value == "price")
            line[6].value, line[7].value = 2.75, 2.4
            book.save("returned.xlsx")
    assert "2.75" in session.git("show", "main:rental.toml")


def test_the_review_of_the_flagship_is_the_one_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    session = Session(tmp_path, "docs/review.md")
    session.git("init", "-q", "-b", "main")
    model = tmp_path / "models" / "sora.toml"
    model.parent.mkdir()
    text = (ROOT / "models" / "sora.toml").read_text()
    change = next(text for kind, text in blocks("docs/review.md") if kind == "diff")
    for message, branch in (("The model", ""), ("Rents went up", "rents")):
        if branch:
            session.git("checkout", "-q", "-b", branch)
            for label, old, new in re.findall(r"^ (.*)\n-(.*)\n\+(.*)$", change, re.MULTILINE):
                before, after = text.split(f"{label}\n", 1)
                text = f"{before}{label}\n" + after.replace(f"{old}\n", f"{new}\n", 1)
        model.write_text(text)
        session.git("add", "-A")
        session.git("commit", "-q", "-m", message)
    for command, answer in session.steps:
        assert session.play(command) == answer
