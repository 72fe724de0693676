"""The language server as an editor meets it: a process, started elsewhere, that is asked by messages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from engine.text.canonical import canonical
from plainsheet.editor.lines import Lines
from tests.command_line import run, succeed
from tests.editors.client import Editor, editor
from tests.places import MODELS
from tests.plainsheet.editor.documents import applied, of_text, text_at
from tests.toys.power import write
from tests.toys.rent import TEXT, Repository

pytestmark = pytest.mark.asyncio(loop_scope="module")

SORA = MODELS / "sora.toml"
SEVERITIES = {types.DiagnosticSeverity.Error: "error", types.DiagnosticSeverity.Warning: "warning"}
RENT = TEXT.replace("value =", 'note = "ours", value =')
WIDE = RENT.replace('"Price"', '"𝒫rice of an hour"').replace("hours * staff", "staff")


@pytest.fixture(scope="module", autouse=True)
def apart() -> Iterator[None]:
    """Let a loop run beside that of Playwright, which goes on between the tests of a process that need a browser."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """Give an editor that all tests share in which the folder of the models is open."""
    async with editor(tmp_path_factory.mktemp("elsewhere"), [MODELS]) as made:
        yield made


@pytest.fixture
def uri(request: pytest.FixtureRequest) -> str:
    """Return the address of a text of a test's own."""
    return f"untitled:{request.node.name}.toml"


def checked(text: str, path: Path) -> list[tuple[object, ...]]:
    """Return what `check --json` says of a text."""
    path.write_bytes(text.encode())
    problems = json.loads(run("check", "--json", path).stdout)["problems"]
    return [(one["message"], one["hint"], one["line"], one["severity"], one["code"]) for one in problems]


def told(diagnostics: Sequence[types.Diagnostic]) -> list[tuple[object, ...]]:
    """Return what an editor was told of a text, in the terms of `check --json`."""
    found: list[tuple[object, ...]] = []
    for one in diagnostics:
        message, _, hint = one.message.partition("\nhint: ")
        severity = SEVERITIES[one.severity or types.DiagnosticSeverity.Hint]
        found.append((message, hint or None, one.range.start.line + 1, severity, one.code))
        assert one.source == "plainsheet"
    return found


def at(text: str, piece: str, after: str = "", encoding: str = "utf-16") -> types.Position:
    """Return the position of a piece of a text, behind another one."""
    return Lines(text, encoding).position(text.index(piece, text.index(after)))


async def test_a_text_that_breaks_is_told_as_check_tells_it_and_mended_it_is_quiet(
    shared: Editor, tmp_path: Path
) -> None:
    text = SORA.read_text()
    assert await shared.open(SORA.as_uri(), text) == []
    broken = [
        text.replace('formula = "gpu_power[gpu]"', 'formula = "gpu_power[gpu'),
        text.replace('"gpu_power[gpu]"', '"gpu_powr[gpu]"'),
        text.replace('"image_side ** 2"', '"image_side ** 2 * month"'),
        text.replace("[latent.frames]", "[latent.frames"),
        text.replace("\nnote ", "\nnoet ", 3),
        text.replace("\nvalue", "\nvaleu", 1),
        text.replace("\n", "\r\n").replace('"gpu_power[gpu]"', '"gpu_powr[gpu]"'),
        "[model]\n",
    ]
    for one in broken:
        assert one != text
        found = told(await shared.type(SORA.as_uri(), one))
        assert found == checked(one, tmp_path / "sora.toml") != []
        assert await shared.type(SORA.as_uri(), text) == []


async def test_what_is_asked_about_a_name_is_answered(shared: Editor, uri: str, tmp_path: Path) -> None:
    await shared.open(uri, RENT)
    price = at(RENT, "price", "formula")
    found = await shared.ask(types.TEXT_DOCUMENT_HOVER, uri, position=price)
    assert "**Price**" in found.contents.value
    assert "3" in found.contents.value
    place = await shared.ask(types.TEXT_DOCUMENT_DEFINITION, uri, position=price)
    assert (place.uri, place.range.start) == (uri, at(RENT, "price", "[rent]"))
    context = types.ReferenceContext(include_declaration=True)
    places = await shared.ask(types.TEXT_DOCUMENT_REFERENCES, uri, position=price, context=context)
    assert [text_at(of_text(RENT), one.range) for one in places] == ["price"] * RENT.count("price")
    marks = await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, uri, position=price)
    assert [one.range for one in marks] == [one.range for one in places]
    ready = await shared.ask(types.TEXT_DOCUMENT_PREPARE_RENAME, uri, position=price)
    assert ready.placeholder == "price"
    edit = await shared.ask(types.TEXT_DOCUMENT_RENAME, uri, position=price, new_name="hourly")
    model = tmp_path / "rent.toml"
    model.write_text(RENT)
    succeed("rename", "price", "hourly", "-m", model)
    assert applied(of_text(RENT), edit.changes[uri]) == model.read_text()


async def test_a_name_that_cannot_be_is_refused_with_the_reason(shared: Editor, uri: str) -> None:
    await shared.open(uri, RENT)
    with pytest.raises(JsonRpcException, match="hours"):
        await shared.ask(types.TEXT_DOCUMENT_RENAME, uri, position=at(RENT, "price", "formula"), new_name="hours")
    with pytest.raises(JsonRpcException, match="no name"):
        await shared.ask(types.TEXT_DOCUMENT_RENAME, uri, position=types.Position(0, 0), new_name="x")


async def test_values_stand_behind_formulas_also_while_the_text_does_not_parse(shared: Editor, uri: str) -> None:
    await shared.open(uri, RENT)
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    for text in (RENT, RENT.replace("[scenarios.plan]", "[scenarios.plan"), RENT):
        await shared.type(uri, text)
        [hint] = await shared.ask(types.TEXT_DOCUMENT_INLAY_HINT, uri, range=whole)
        assert hint.label == "= 250 EUR"
        assert hint.position.line == at(text, "formula").line


async def test_the_whole_text_has_an_outline_a_form_and_names_to_search(shared: Editor, uri: str) -> None:
    untidy = RENT.replace("label = ", "label=")
    await shared.open(uri, untidy)
    symbols = await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, uri)
    assert {"model", "units", "rent"} <= {one.name for one in symbols}
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await shared.ask(types.TEXT_DOCUMENT_FORMATTING, uri, options=options)
    assert applied(of_text(untidy), edits) == canonical(untidy) != untidy
    found = await shared.client.workspace_symbol_async(types.WorkspaceSymbolParams("staf"))
    assert uri in {one.location.uri for one in found or [] if one.name == "staff"}


async def test_several_models_are_told_each_by_itself(shared: Editor, uri: str) -> None:
    other = f"{uri}.other"
    assert await shared.open(uri, RENT) == []
    assert len(await shared.open(other, RENT.replace("* hours", "* hour"))) == 1
    assert await shared.type(uri, f"{RENT}\n") == []
    assert len(shared.told[other].diagnostics) == 1
    shared.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(other)))
    await shared.until(lambda: not shared.told[other].diagnostics)


async def test_toml_that_is_no_model_is_let_be(shared: Editor, uri: str) -> None:
    text = '[tool.ruff]\nselect = ["ALL"]\n[tool.ruff'
    shared.show(uri, text)
    where = types.Position(0, 7)
    assert await shared.ask(types.TEXT_DOCUMENT_HOVER, uri, position=where) is None
    assert not await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, uri)
    assert not await shared.ask(types.TEXT_DOCUMENT_COMPLETION, uri, position=where)
    assert uri not in shared.told


@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_line_ends_and_wide_characters_move_nothing(end: str, shared: Editor, uri: str) -> None:
    text = WIDE.replace('unit = "EUR", f', 'note = "𝒩", unit = "EUR", f').replace("\n", end)
    await shared.open(uri, text)
    place = await shared.ask(types.TEXT_DOCUMENT_DEFINITION, uri, position=at(text, "hours", "formula"))
    assert text_at(of_text(text), place.range) == "hours"
    [wrong] = await shared.type(uri, text.replace("* hours", "* huors"))
    assert text_at(of_text(text.replace("* hours", "* huors")), wrong.range) == "huors"


@pytest.mark.parametrize(
    ("name", "encoding"), [("visual-studio-code", "utf-16"), ("neovim", "utf-8"), ("emacs", "utf-32")]
)
async def test_characters_are_counted_as_each_editor_counts_them(name: str, encoding: str, tmp_path: Path) -> None:
    text = WIDE.replace('unit = "EUR", f', 'note = "ä𝒩", unit = "EUR", f')
    async with editor(tmp_path, capabilities=name) as own:
        assert (own.able.capabilities.position_encoding or "utf-16") == encoding
        [wrong] = await own.open("untitled:a", text.replace("* hours", "* huors"))
        assert wrong.range.start == at(text, "hours", "formula", encoding)
        await own.type("untitled:a", text)
        asked = {"position": at(text, "price *", "formula", encoding)}
        place = await own.ask(types.TEXT_DOCUMENT_DEFINITION, "untitled:a", **asked)
        assert place.range.start == at(text, "price", "[rent]", encoding)


async def test_what_was_changed_since_the_last_commit_stands_above_outputs(repository: Repository) -> None:
    model = repository.model
    text = RENT.replace("value = 100 }", "value = 110 }")
    async with editor(Path("/"), [repository.folder]) as own:
        assert await own.open(model.as_uri(), RENT) == []
        assert not await own.ask(types.TEXT_DOCUMENT_CODE_LENS, model.as_uri())
        await own.type(model.as_uri(), text)
        [lens] = await own.ask(types.TEXT_DOCUMENT_CODE_LENS, model.as_uri())
        model.write_text(text)
        assert lens.command.title.split(" against ")[0].split("  ")[0] in succeed("diff", "-m", model)
        # What is committed meanwhile is what it is compared with, once the editor tells of it.
        repository.commit(text, "More")
        before = own.refreshed["lens"]
        event = types.FileEvent((repository.folder / ".git/logs/HEAD").as_uri(), types.FileChangeType.Changed)
        changed = types.DidChangeWatchedFilesParams([event])
        await own.after(model.as_uri(), lambda: own.client.workspace_did_change_watched_files(changed))
        assert not await own.ask(types.TEXT_DOCUMENT_CODE_LENS, model.as_uri())
        assert own.refreshed["lens"] > before


async def test_what_is_shown_within_texts_is_switched_by_settings(tmp_path: Path) -> None:
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    async with editor(tmp_path, settings={"values": False}) as own:
        await own.open("untitled:a", RENT)

        async def shown() -> int:
            return len(await own.ask(types.TEXT_DOCUMENT_INLAY_HINT, "untitled:a", range=whole))

        async def after(settings: object, pushed: object) -> int:
            before = own.refreshed["inlay"]
            own.client.set_configuration(settings, section="plainsheet")
            own.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(pushed))
            await own.until(lambda: own.refreshed["inlay"] > before)
            return await shown()

        assert await shown() == 0
        # Some editors send what is set, some that something is, and answer what.
        assert await after({"values": True}, None) == 1
        assert await after({"values": False}, {"plainsheet": {"values": False}}) == 0
        assert await after({"values": True}, {}) == 1
        # What nobody sets any more is as it was at the start.
        assert await after(None, None) == 0


@pytest.mark.slow
async def test_data_that_changes_is_told_and_read_in_folders_that_are_open_alone(tmp_path: Path) -> None:
    inside, outside = write(tmp_path / "inside"), write(tmp_path / "outside")
    (tmp_path / "inside" / "link.csv").symlink_to(tmp_path / "outside" / "data" / "prices.csv")
    text = inside.read_text()
    async with editor(tmp_path, [inside.parent]) as own:
        await own.until(lambda: types.WORKSPACE_DID_CHANGE_WATCHED_FILES in own.registered)
        watched = own.registered[types.WORKSPACE_DID_CHANGE_WATCHED_FILES]["watchers"]
        assert types.WORKSPACE_DID_CHANGE_CONFIGURATION in own.registered
        assert {"**/*.csv", "**/*.xlsx", "**/*.parquet"} <= {one["globPattern"] for one in watched}
        assert await own.open(inside.as_uri(), text) == []
        prices = inside.parent / "data" / "prices.csv"
        kept = prices.read_bytes()
        changed = types.DidChangeWatchedFilesParams([types.FileEvent(prices.as_uri(), types.FileChangeType.Changed)])
        for content, problems in ((kept.replace(b"41.5", b"41.6"), 1), (kept, 0)):
            prices.write_bytes(content)
            found = await own.after(inside.as_uri(), lambda: own.client.workspace_did_change_watched_files(changed))
            assert len(found) == problems
        led_out, *_ = await own.type(inside.as_uri(), text.replace("data/prices.csv", "link.csv"))
        assert "link that leads out" in led_out.message
        first, *_ = await own.open(outside.as_uri(), outside.read_text())
        assert "outside the folders that are open" in first.message
        # A folder that is opened later is read, and one that is closed no more.
        folder = types.WorkspaceFolder(outside.parent.as_uri(), "outside")
        for added, removed, quiet in (([folder], [], True), ([], [folder], False)):
            event = types.WorkspaceFoldersChangeEvent(added, removed)
            params = types.DidChangeWorkspaceFoldersParams(event)
            found = await own.after(
                outside.as_uri(),
                lambda params=params: own.client.workspace_did_change_workspace_folders(params),  # type: ignore[misc]  # of this turn
            )
            assert (not found) == quiet
