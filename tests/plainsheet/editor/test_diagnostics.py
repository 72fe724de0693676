"""What is wrong, where it stands in a text: the same as `check` says, of every wrong model that there is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol.types import DiagnosticSeverity

from engine.model.model import Model
from engine.problems import Problem, as_json, printable
from exports.results.checked import check_file
from exports.review.data import update
from exports.review.data.update import explain
from plainsheet.editor.diagnostics import diagnose
from tests.command_line import run
from tests.places import ROOT
from tests.plainsheet.editor.documents import SHIPPED, of_text, opened, text_at
from tests.toys.power import PRICES, hash_of, write
from tests.toys.rent import Repository

# An editor has opened what it could decode.
PROBLEMS = [path for path in sorted((ROOT / "tests" / "problems").glob("*.toml")) if path.stem != "toml_not_utf8"]
SEVERITIES = {DiagnosticSeverity.Error: "error", DiagnosticSeverity.Warning: "warning"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_model_without_a_mistake_has_none(path: Path) -> None:
    assert diagnose(opened(path)) == []


@pytest.mark.slow
def test_every_wrong_model_says_what_check_says_and_where() -> None:
    narrow = 0
    for path in PROBLEMS:
        document = opened(path)
        found = diagnose(document)
        told = sorted([(SEVERITIES[one.severity or DiagnosticSeverity.Hint], one.code, one.message) for one in found])
        checked = as_json(explain(check_file(path).problems))
        assert told == sorted([(one["severity"], one["code"], _words(one)) for one in checked])
        # Of data too it is told where the model names them: an editor has one text to show it in.
        assert {one["file"] for one in checked} <= {str(path), None}
        for one in found:
            lines = [int(known["line"] or 1) for known in checked if one.message.startswith(str(known["message"]))]
            # What stands in a table on several lines is marked there, and told with the line of its key.
            assert one.range.start.line + 1 >= min(lines), path
            shown = text_at(document, one.range)
            narrow += f"'{shown}'" in one.message
    assert narrow > 300


def _words(problem: dict[str, Any]) -> str:
    return "\n".join(map(printable, "\nhint: ".join(filter(None, [problem["message"], problem["hint"]])).split("\n")))


def test_a_name_that_is_wrong_is_marked_alone() -> None:
    document = of_text('[model]\ntitle = "A"\n[q.a]\nlabel = "𝒻"\nunit = "1"\nformula = "2 * ab + 1"\n')
    (found,) = diagnose(document)
    assert text_at(document, found.range) == "ab"


def test_a_text_that_is_no_model_is_let_be() -> None:
    assert not of_text("[tool.ruff]\nline-length = 120\n").is_model
    assert of_text('[model]\ntitle = "A').is_model


def test_of_data_that_is_another_the_cells_that_differ_are_told_as_check_tells_them(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = write(repository.folder / "models")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Power")
    prices = model.parent / "data" / "prices.csv"
    asked: list[Model | None] = []

    def counted(problems: Sequence[Problem], model: Model | None = None) -> tuple[Problem, ...]:
        asked.append(model)
        return explain(problems, model)

    monkeypatch.setattr(update, "explain", counted)
    document = opened(model)
    assert diagnose(document) == []
    for later in (PRICES.replace("41.5", "50"), PRICES.replace(",30\n", ",33\n")):
        prices.write_text(later)
        document.look_again()
        problems = json.loads(run("check", str(model), "--json").output)["problems"]
        asked.clear()
        (found,) = diagnose(document)
        assert found.message == _words(problems[0])
        assert "USD/MWh -> " in found.message
        assert text_at(document, found.range) == f'"{hash_of(PRICES)}"'
        # While somebody types, git is not asked again.
        text = document.text
        for typed in (text.replace("Price", "Cost of power"), text):
            document.type(typed)
            (found,) = diagnose(document)
            assert "USD/MWh -> " in found.message
        assert len(asked) == 1
    # What nobody has kept is said to be unknown.
    document.type(text.replace(hash_of(PRICES), "0" * 64))
    assert "what changed is not known" in diagnose(document)[0].message
