"""What is open, what is read for it, and what is never read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lsprotocol.types import DocumentSymbol, SymbolKind
from pygls.protocol import default_converter

from engine.text.canonical import canonical
from plainsheet.editor.answers.formatting import format_document
from plainsheet.editor.answers.symbols import document_symbols, workspace_symbols
from plainsheet.editor.diagnostics import diagnose
from plainsheet.editor.document import Document
from plainsheet.editor.settings import Settings
from plainsheet.editor.workspace import Workspace, path_of
from tests.plainsheet.editor.documents import SHIPPED, applied, of_text, opened, text_at
from tests.toys.lemonade import TOY
from tests.toys.power import write
from tests.toys.rent import TEXT as RENT


def test_data_is_read_below_the_folders_that_are_open_and_nowhere_else(tmp_path: Path) -> None:
    model = write(tmp_path / "model")
    text = model.read_text()
    for folders, problems in (([tmp_path], 0), ([], 0), ([tmp_path / "other"], 1)):
        workspace = Workspace()
        workspace.set_folders([folder.as_uri() for folder in folders])
        found = diagnose(workspace.open(model.as_uri(), text))
        assert (len(found) > 0) == problems
        assert any("outside the folders that are open" in one.message for one in found) == bool(problems)
    # A text that is no file has no folder, whichever the server was started in.
    found = diagnose(Workspace().open("untitled:Untitled-1", text))
    assert "save it beside its data" in found[0].message


@pytest.mark.parametrize("way", ["../outside", "link"])
def test_neither_dots_nor_links_lead_out_of_a_folder(way: str, tmp_path: Path) -> None:
    text = write(tmp_path / "outside").read_text()
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "link").symlink_to(tmp_path / "outside", target_is_directory=True)
    workspace = Workspace()
    workspace.set_folders([(tmp_path / "inside").as_uri()])
    document = workspace.open(f"{(tmp_path / 'inside').as_uri()}/{way}/power.toml", text)
    assert "outside the folders that are open" in "".join([one.message for one in diagnose(document)])
    assert not document.is_in_folder
    # Whoever opens that folder too may read it.
    workspace.set_folders([(tmp_path / one).as_uri() for one in ("inside", "outside")])
    assert diagnose(document) == []


def test_a_folder_that_is_itself_behind_a_link_is_open(tmp_path: Path) -> None:
    model = write(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    workspace = Workspace()
    workspace.set_folders([(tmp_path / "link").as_uri()])
    for path in (model, tmp_path / "link" / model.name):
        assert diagnose(workspace.open(path.as_uri(), model.read_text())) == []


def outline(document: Document) -> list[DocumentSymbol]:
    """Return an outline as an editor reads it."""
    converter = default_converter()  # type: ignore[no-untyped-call]  # as the library has it
    found: list[DocumentSymbol] = converter.structure(json.loads(document_symbols(document)), list[DocumentSymbol])
    return found


def test_a_file_of_data_that_is_another_is_told_after_it_was_saved(tmp_path: Path) -> None:
    model = write(tmp_path)
    document = opened(model)
    assert diagnose(document) == []
    prices = next(tmp_path.rglob("prices.csv"))
    prices.write_text(prices.read_text().replace("\n", "\n\n", 1))
    document.look_again()
    assert diagnose(document)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b%20c.toml", "/a/b c.toml"),
        ("untitled:Untitled-1", "Untitled-1"),
        ("git:/a/b.toml?x", "b.toml"),
        ("file:///a/100%2525.toml", "/a/100%25.toml"),
        ("file:///c%3A/b.toml", "/c:/b.toml"),
    ],
)
def test_an_address_is_a_path(uri: str, path: str) -> None:
    assert str(path_of(uri)) == path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_an_outline_has_every_quantity_in_its_section(path: Path) -> None:
    document = opened(path)
    assert document.now.model is not None
    found: dict[tuple[str, ...], DocumentSymbol] = {}
    waiting: list[tuple[DocumentSymbol, tuple[str, ...]]] = [(one, ()) for one in outline(document)]
    while waiting:
        one, above = waiting.pop()
        place = (*above, one.name)
        found[place] = one
        assert one.range.start <= one.selection_range.start <= one.selection_range.end <= one.range.end
        for inner in one.children or []:
            assert one.range.start <= inner.range.start <= inner.range.end <= one.range.end
            waiting.append((inner, place))
    for quantity in document.now.model.quantities:
        # Sections that have no header of their own are not there.
        symbol = next(one for place, one in found.items()
                      if place[-1] == quantity.id and one.kind in {SymbolKind.Constant, SymbolKind.Variable})  # fmt: skip
        assert symbol.detail == quantity.label
        assert text_at(document, symbol.selection_range) == quantity.id


def test_tables_on_one_line_and_units_are_in_it() -> None:
    found = {one.name: [inner.name for inner in one.children or []] for one in outline(of_text(RENT))}
    assert found["rent"] == ["price", "hours", "staff", "cost"]
    assert found["units"] == ["EUR"]


def test_a_table_without_a_name_has_one_that_editors_take() -> None:
    names = [one.name for one in outline(of_text(f'{RENT}\n["a \\" b"]\n[""]\nlabel = "None"\n[other." "]\n'))]
    assert names[-3:] == ['a " b', '""', '" "']


def test_all_models_that_are_open_are_searched_by_name_and_label() -> None:
    workspace = Workspace()
    for name in ("one", "two"):
        workspace.open(f"file:///m/{name}.toml", TOY.replace("price", f"price_{name}"))
    assert {one.name for one in workspace_symbols(workspace, "PRICE_")} == {"price_one", "price_two"}
    assert len(workspace_symbols(workspace, "")) > 10


def test_the_form_is_that_of_format() -> None:
    untidy = TOY.replace("   = ", "=")
    document = of_text(untidy)
    edits = format_document(document)
    assert edits is not None
    assert applied(document, edits) == canonical(untidy) != untidy
    assert format_document(of_text(canonical(TOY))) == []
    assert format_document(of_text(f"{TOY}\n[")) is None


def test_settings_are_truth_values_below_plainsheet_or_alone() -> None:
    settings = Settings()
    assert (settings.values_in_text, settings.changes_in_text) == (True, True)
    for given in (
        {"values": False},
        {"plainsheet": {"changes": False}},
        None,
        "off",
        {"values": "yes"},
        {"plainsheet": 1},
    ):
        settings = settings.changed_by(given)
    assert (settings.values_in_text, settings.changes_in_text) == (False, False)
