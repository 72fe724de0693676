"""`plainsheet lint` as a command: JSON, wrong usage, and files that are no workbooks."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from exports.lint.rules import RULES
from tests.toys.packages import SHEET, broken, changed, lint, saved, tidy


def test_a_macro_is_seen_and_wrong_usage_is_said(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsm"
    path.write_bytes(changed(SHEET, b"", b""))
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"code")
    assert broken(path)["macros"] == ["xl/vbaProject.bin the workbook holds code"]
    assert lint(str(tmp_path / "book.xls")).exit_code == 2
    missing = lint(str(tmp_path / "none.xlsx"))
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "No such file" in missing.stderr


def test_json_has_every_rule_and_help_says_what_lint_is_for(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(saved(tidy()))
    result = lint("--json", str(path))
    told = json.loads(result.stdout)
    assert (result.exit_code, list(told), told["workbook"]) == (0, ["workbook", "rules"], str(path))
    assert [(one["id"], one["text"], one["source"]) for one in told["rules"]] == [
        (r.id, r.text, r.source) for r in RULES
    ]
    assert {tuple(one) for one in told["rules"]} == {("id", "text", "source", "holds", "findings")}
    path.write_bytes(b"")
    refused = lint("--json", str(path))
    assert (refused.exit_code, list(json.loads(refused.stdout))) == (1, ["problems"])
    assert "Example: plainsheet lint" in lint("--help").stdout


@pytest.mark.parametrize(("name", "status"), [("old.xls", 2), ("none.xlsx", 1), ("folder.xlsx", 1), ("", 2)])
def test_what_is_no_workbook_is_said_in_a_line(name: str, status: int, tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    result = lint(str(tmp_path / name)) if name else lint()
    assert (result.exit_code, result.stdout) == (status, "")
    assert len(result.stderr.splitlines()) <= (1 if status == 1 else 4)
