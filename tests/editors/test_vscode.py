"""The extension for Visual Studio Code: how formulas are coloured, what is packed, and what is started when."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from engine.language.functions import KNOWN, OPERATORS
from engine.language.row_calls import ENDS
from tests.oracles.node import PACKAGES, node
from tests.places import ROOT

FOLDER = ROOT / "editors" / "vscode"
GRAMMAR = FOLDER / "syntaxes" / "formula.tmLanguage.json"
MODELS = sorted((ROOT / "models").glob("*.toml"))


def package() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "package.json").read_text())
    return found


def pack(target: Path) -> Path:
    runpy.run_path(str(FOLDER / "pack.py"))["pack"](PACKAGES, target)
    return target


def words(rule: str) -> set[str]:
    """Return the words between which a rule of the grammar chooses."""
    pattern = json.loads(GRAMMAR.read_text())["repository"][rule]["match"]
    return set(re.search(r"\(([a-z0-9_|]+)\)", pattern)[1].split("|"))  # type: ignore[index]  # each has one


def coloured(text: str) -> list[tuple[str, str]]:
    """Return the pieces of a text that have a colour of the grammar's, each with the last word of its scope."""
    [found] = node("tokenize.cjs", GRAMMAR, given=[text])
    inside = [(piece, scopes[-1]) for piece, scopes in found if scopes[-1].endswith(".plainsheet")]
    return [(piece, scope) for piece, scope in inside if piece.strip() and not scope.startswith("meta.")]


def test_the_grammar_knows_the_functions_and_the_words_of_formulas() -> None:
    assert words("function") == set(KNOWN)
    assert words("keyword") == {name for name in OPERATORS if name in {"if", "and", "or", "not"}} | {"else"}
    assert words("argument") == {"over", "by", "where", "ends"}
    assert ENDS


QUANTITY, MEMBER, NUMBER = (
    "variable.other.quantity.plainsheet",
    "constant.other.member.plainsheet",
    "constant.numeric.plainsheet",
)
FUNCTION, WORD, ARGUMENT = "support.function.plainsheet", "keyword.control.plainsheet", "variable.parameter.plainsheet"


@pytest.mark.node
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('formula = "max(price, 0)"', [("max", FUNCTION), ("price", QUANTITY), ("0", NUMBER)]),
        ("formula = 'x[\"A B\", 2026]'", [("x", QUANTITY), ('"A B"', MEMBER), ("2026", NUMBER)]),
        ('solve = "debt == 2.5e3"  # max(a)', [("debt", QUANTITY), ("2.5e3", NUMBER)]),
        ("test = \"part != 'Europe'\"", [("part", QUANTITY), ("'Europe'", MEMBER)]),
        ('test = "x[\\"A\\"] > 0"', [("x", QUANTITY), ('\\"A\\"', MEMBER), ("0", NUMBER)]),
        ('formula.North = "a if b else c"', [("a", QUANTITY), ("if", WORD), ("b", QUANTITY), ("else", WORD), ("c", QUANTITY)]),
        ('formula."South Coast" = "abs(a)"', [("abs", FUNCTION), ("a", QUANTITY)]),
        ('costs.price.formula = "a"', [("a", QUANTITY)]),
        ('formula = """\n  sum(a,\n  over=year)\n"""\nunit = "max"', [("sum", FUNCTION), ("a", QUANTITY), ("over", ARGUMENT), ("year", QUANTITY)]),
        ("formula = '''\nprev(a, 0)'''", [("prev", FUNCTION), ("a", QUANTITY), ("0", NUMBER)]),
        ('q = { note = "max(a)", formula = "min_price" }', [("min_price", QUANTITY)]),
        ('formula = { A = "abs(a)", default = "b" }', [("abs", FUNCTION), ("a", QUANTITY), ("b", QUANTITY)]),
        ('note = "max(a)"\n# formula = "max(a)"\nunit = "max"', []),
        ('note = """\nformula = "max(a)"\n"""', []),
    ],
)  # fmt: skip
def test_formulas_are_coloured_and_nothing_else(text: str, expected: list[tuple[str, str]]) -> None:
    quiet = ("keyword.operator", "punctuation")
    assert [one for one in coloured(f"[a.b]\n{text}\n") if not one[1].startswith(quiet)] == expected


@pytest.mark.node
@pytest.mark.parametrize("path", MODELS)
def test_no_colour_runs_beyond_a_formula_of_a_shipped_model(path: Path) -> None:
    [found] = node("tokenize.cjs", GRAMMAR, given=[path.read_text()])
    keys = [piece for piece, scopes in found if "variable.other.key.toml" in scopes]
    assert "invalid" not in {word for _, scopes in found for word in scopes[-1].split(".")}
    assert sum(key == "label" for key in keys) == len(re.findall(r"^label +=", path.read_text(), re.MULTILINE))


def endings(book: ZipFile) -> Iterator[str]:
    for name in book.namelist():
        if name != "[Content_Types].xml":
            yield Path(name).suffix


@pytest.mark.node
def test_what_is_packed_is_whole_and_the_same_each_time(tmp_path: Path) -> None:
    target = pack(tmp_path / "one.vsix")
    assert target.read_bytes() == pack(tmp_path / "other.vsix").read_bytes()
    with ZipFile(target) as book:
        assert book.testzip() is None
        types = {one.get("Extension", "") for one in ET.fromstring(book.read("[Content_Types].xml"))}  # noqa: S314  # our own
        assert set(endings(book)) <= types
        manifest = ET.fromstring(book.read("extension.vsixmanifest"))  # noqa: S314  # as above
        space = "{http://schemas.microsoft.com/developer/vsx-schema/2011}"
        identity = manifest.find(f".//{space}Identity")
        own = package()
        assert identity is not None
        assert [identity.get(key) for key in ("Id", "Version", "Publisher")] == [
            own["name"],
            own["version"],
            own["publisher"],
        ]
        named = [asset.get("Path") for asset in manifest.iter(f"{space}Asset")]
        grammars = [f"extension/{one['path'].removeprefix('./')}" for one in own["contributes"]["grammars"]]
        assert {*named, *grammars, f"extension/{own['main'].removeprefix('./')}"} <= set(book.namelist())
        # A licence asks to go with what it is of.
        assert sum("license" in name.lower() for name in book.namelist()) >= 5
    assert target.stat().st_size < 1_500_000


@pytest.mark.node
@pytest.mark.parametrize("trusted", ["trusted", "untrusted"])
def test_the_server_is_started_where_a_folder_is_trusted_and_is_the_one_that_the_person_set(
    trusted: str, tmp_path: Path
) -> None:
    with ZipFile(pack(tmp_path / "one.vsix")) as book:
        book.extractall(tmp_path)
    found = node("activate.cjs", tmp_path / "extension", trusted)
    assert found["before"] == (trusted == "trusted")
    # Trust that is given later starts it, and only once.
    [(_, _, server, options)] = found["started"]
    assert server == {"command": "what path says", "args": ["lsp"]}
    assert options["documentSelector"] == [{"scheme": one, "language": "toml"} for one in ("file", "untitled")]
    assert options["initializationOptions"] == {key: f"what {key} says" for key in ("values", "changes")}


def test_no_folder_that_is_opened_can_say_which_program_is_started() -> None:
    own = package()
    settings = own["contributes"]["configuration"]["properties"]
    scopes = {"plainsheet.path": "machine", "plainsheet.values": "resource", "plainsheet.changes": "resource"}
    assert {name: one["scope"] for name, one in settings.items()} == scopes
    assert {name.partition(".")[2] for name in settings} - {"path"} == {"values", "changes"}
    trust = own["capabilities"]["untrustedWorkspaces"]
    assert (trust["supported"], trust["restrictedConfigurations"]) == ("limited", ["plainsheet.path"])


def test_the_extension_has_the_version_of_the_program() -> None:
    assert f'version="{package()["version"]}"' in (ROOT / "setup.py").read_text()
