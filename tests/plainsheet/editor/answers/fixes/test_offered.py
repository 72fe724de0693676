"""What is offered for every wrong model, and every misspelt name: each edit removes its problem, and brings no other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Final

import pytest
from lsprotocol.types import CodeActionContext

from engine.data.folder import Folder
from engine.model.load import loads
from engine.problems import ModelError, Problem
from exports.results.checked import check_model
from plainsheet.editor.answers.fixes.fixes import quick_fixes
from plainsheet.editor.diagnostics import diagnose
from tests.places import ROOT
from tests.plainsheet.editor.answers.fixes.offers import made
from tests.plainsheet.editor.documents import SHIPPED, opened

PROBLEMS: Final = ROOT / "tests" / "problems"
PATHS: Final = sorted(PROBLEMS.glob("*.toml"))
# A line a model: its name, and the titles of what is offered.
TABLE: Final = Path(__file__).with_name("offered.txt")
# What is told only of a model that has a plan.
LACKING: Final = {"unused", "no-source", "bare-number"}


@pytest.fixture(scope="module")
def table() -> dict[str, list[str]]:
    lines = [line.split(" | ") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return {name: titles for name, *titles in lines}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_fix_removes_its_problem_without_another(path: Path, table: dict[str, list[str]]) -> None:
    document = opened(path, path.read_bytes().decode(errors="replace"))
    before = _problems(path, document.text)
    titles = []
    for told in diagnose(document):
        offered = quick_fixes(document, told.range, CodeActionContext([told]))
        for action in [one for one in offered if one.diagnostics == [told]]:
            titles.append(action.title)
            after = _problems(path, made(document, action))
            _compare(before, after, str(told.code))
    shown = list(dict.fromkeys(titles))
    assert shown == table.get(path.stem, []), f"what {TABLE.name} has to say: {' | '.join([path.stem, *shown])}"


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_misspelt_name_is_put_right(path: Path) -> None:
    document = opened(path)
    text = document.text
    chance = Random(path.stem)  # noqa: S311  # which names are misspelt is the same each time
    names = [one for one in document.now.references if one.symbol.kind != "dimension" and one.end - one.start > 4]
    # What a formula misspells of its own name is told otherwise: nobody uses itself by mistake.
    others = [one for one in names if not one.is_declaration and one.symbol.name not in one.path]
    for name in chance.sample(others, 6):
        place = chance.randrange(name.start + 1, name.end - 1)
        document.type(f"{text[:place]}{text[place]}{text[place:]}")
        actions = [action for one in diagnose(document)[:3]
                   for action in quick_fixes(document, one.range, CodeActionContext([one]))]  # fmt: skip
        assert text in [made(document, action) for action in actions], (name, text[name.start : name.end])


def test_so_many_are_offered(table: dict[str, list[str]]) -> None:
    assert len(table) >= 350
    assert sum(map(len, table.values())) >= 450


def _problems(path: Path, text: str) -> tuple[Problem, ...]:
    """Return all that a check finds, without what an editor knows from before."""
    try:
        return check_model(loads(text.removeprefix("\ufeff"), str(path), files=Folder(path.parent))).problems
    except ModelError as wrong:
        return wrong.problems


def _compare(before: tuple[Problem, ...], after: tuple[Problem, ...], code: str) -> None:
    """Fail where the problem of a code is still there, or another is."""
    then, now = [Counter(one.code for one in problems) for problems in (before, after)]
    if code == "toml":
        # What follows in a text that can be read now could not be seen before; one more of a kind is still told.
        assert then["toml"] == 1
        return
    assert now[code] < then[code]
    new = now - then
    assert set(new) <= (LACKING if any(one.severity == "error" for one in before) else set())
