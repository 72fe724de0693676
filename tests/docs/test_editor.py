"""The page on editors holds: what it shows is printed, and other programs read its settings."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.command_line import succeed
from tests.pages import blocks
from tests.places import ROOT

PAGE = blocks("docs/editor.md")
SETTINGS = {".taplo.toml": "taplo", "tombi.toml": "tombi"}


def test_rename_prints_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    succeed("new", "rental.toml")
    [shown] = [text for kind, text in PAGE if kind == "text" and text.startswith("$ ")]
    command, _, answer = shown.partition("\n")
    assert succeed(*shlex.split(command)[2:]) == answer


@pytest.mark.parametrize(("name", "number"), [*zip(SETTINGS, range(2), strict=True)])
def test_a_file_of_settings_brings_the_schema_to_every_model(name: str, number: int, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / name).write_text([text for kind, text in PAGE if kind == "toml settings"][number])
    (tmp_path / "plainsheet.schema.json").write_text(succeed("schema"))
    model = tmp_path / "models" / "loan.toml"
    shutil.copy(ROOT / "models" / "loan.toml", model)

    def status() -> int:
        command = [str(Path(sys.executable).with_name(SETTINGS[name])), "lint", "models/loan.toml"]
        offline = ["--offline"] if name == "tombi.toml" else []
        return subprocess.run([*command, *offline], cwd=tmp_path, capture_output=True, check=False).returncode

    assert status() == 0
    model.write_text(model.read_text().replace("label", "lable", 1))
    assert status() == 1


def test_settings_of_other_editors_can_be_read_and_start_the_server() -> None:
    helix = tomllib.loads(next(text for kind, text in PAGE if kind == "toml helix"))["language-server"]["plainsheet"]
    sublime = json.loads(next(text for kind, text in PAGE if kind == "json"))["clients"]["plainsheet"]
    assert [helix["command"], *helix["args"]] == sublime["command"] == ["plainsheet", "lsp"]
    others = [text.replace(",", "") for kind, text in PAGE if kind.startswith(("lua", "elisp"))]
    assert [text for text in others if '"plainsheet" "lsp"' not in text] == []
