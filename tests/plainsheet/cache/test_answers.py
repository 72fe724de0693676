"""Answers that are kept: the same as those that are worked out, and believed only while all that made them holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from plainsheet.cache.answers import answer
from plainsheet.cache.store import MOST_BYTES, Store, own_store
from plainsheet.program import main
from tests.places import ROOT
from tests.toys import power
from tests.toys.lemonade import TOY
from tests.toys.rent import Repository, changed

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("PLAINSHEET_CACHE", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return folder


@pytest.fixture
def run(cache: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    assert not cache.exists()

    def called(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["plainsheet", *words])
        with pytest.raises(SystemExit) as end:
            main()
        told = capfd.readouterr()
        return int(end.value.code or 0), told.out, told.err

    return called


@pytest.fixture
def lemonade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = folder / "lemonade.toml"
    path.write_text(TOY)
    return path


def entries(cache: Path) -> list[str]:
    return sorted(entry.name for entry in cache.iterdir()) if cache.exists() else []


COMMANDS = [
    "check {}", "check {} --json", "solve {}", "solve {} --json", "solve {} --all-scenarios --csv", "explain {output} -m {}",
    "sensitivity {}", "sensitivity {} --json", "graph {}", "solve {} --set {input}=1",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_an_answer_is_told_again_as_it_was_worked_out(
    lemonade: Path, cache: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    words = command.replace("{output}", "profit").replace("{input}", "price").replace("{}", lemonade.name).split()
    first, second = run(*words), run(*words)
    assert len(entries(cache)) == 1
    monkeypatch.setenv("PLAINSHEET_CACHE", "off")
    assert first == second == run(*words)
    assert first[0] == 0
    assert first[1]


def test_a_kept_answer_imports_neither_click_nor_numpy(lemonade: Path, cache: Path) -> None:
    code = (
        "import atexit, sys; sys.argv = ['plainsheet', 'solve', 'lemonade.toml']\n"
        "atexit.register(lambda: print('\\n', sorted({'click', 'numpy', 'engine.plan'} & set(sys.modules))))\n"
        "from plainsheet.program import main; main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = [
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert [text.splitlines()[-1].strip() for text in told] == ["['click', 'engine.plan', 'numpy']", "[]"]
    assert told[0].splitlines()[:-1] == told[1].splitlines()[:-1]
    assert lemonade.exists()
    assert entries(cache)


def test_another_text_another_option_or_another_screen_is_another_answer(
    lemonade: Path, cache: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("solve", "lemonade.toml", "--json")
    lemonade.write_text("[model]\ntitle = ")
    assert run("solve", "lemonade.toml", "--json")[0] == 1
    lemonade.write_text(TOY)
    assert run("solve", "lemonade.toml", "--json") == before
    assert run("solve", "--json") == before, "the only model here is meant"
    (lemonade.parent / "other.toml").write_text(TOY)
    assert run("solve", "--json")[0] == 2, "by now there are two"
    monkeypatch.setenv("COLUMNS", "60")
    kept = entries(cache)
    assert run("solve", "lemonade.toml", "--json") == before
    assert len(entries(cache)) == len(kept) + 1


def test_a_revision_that_moved_is_compared_anew(repository: Repository, cache: Path, run: Run) -> None:
    words = "diff", "HEAD", "-m", str(repository.model)
    nothing = run(*words)
    repository.model.write_text(changed("value = 50", "value = 60"))
    something = run(*words)
    assert something == run(*words)
    assert "60" in something[1]
    repository.commit(changed("value = 50", "value = 60"), "More staff")
    assert run(*words) == nothing
    assert entries(cache)


def test_another_data_file_is_another_answer(
    tmp_path: Path, cache: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = power.write(tmp_path, model=re.sub(r'sha256 *= "[^"]*"\n', "", power.MODEL))
    monkeypatch.chdir(tmp_path)
    first = run("solve", path.name, "--json")
    assert run("solve", path.name, "--json") == first
    assert entries(cache)
    (tmp_path / "data" / "prices.csv").write_text(power.PRICES.replace("41.5", "45"))
    assert run("solve", path.name, "--json") != first


def test_what_failed_and_what_wrote_a_file_is_not_kept(lemonade: Path, cache: Path, run: Run) -> None:
    assert run("sensitivity", "lemonade.toml", "--plot", "t.svg")[0] == 0
    assert Path("t.svg").exists()
    assert run("solve", "lemonade.toml", "no_such_thing")[0] != 0
    assert run("format", "lemonade.toml", "--check")[0] in {0, 1}
    assert entries(cache) == []
    Path("t.svg").unlink()
    assert run("sensitivity", "lemonade.toml", "--plot", "t.svg")[0] == 0
    assert Path("t.svg").exists()
    assert lemonade.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entry, _: entry.write_bytes(entry.read_bytes()[:-9]),
        lambda entry, _: entry.write_bytes(b""),
        lambda entry, _: entry.write_bytes(entry.read_bytes()[:32] + b'{"files": {}, "revisions": [], "told": [[1, "all is well"]]}'),
        lambda entry, _: entry.write_bytes(b"0" * (2 * MOST_BYTES)),
        lambda entry, _: (entry.unlink(), entry.mkdir()),
        lambda entry, _: (entry.unlink(), entry.symlink_to("/dev/zero")),
        lambda _, secret: secret.write_bytes(b"1" * 32),
        lambda _, secret: secret.unlink(),
    ],
)  # fmt: skip
def test_what_another_hand_wrote_is_not_believed(
    lemonade: Path, cache: Path, run: Run, tmp_path: Path, spoil: Callable[[Path, Path], object]
) -> None:
    before = run("check", lemonade.name)
    spoil(cache / entries(cache)[0], tmp_path / "state" / "plainsheet" / "cache.key")
    assert run("check", lemonade.name) == before


def test_where_nothing_can_be_written_all_is_worked_out(lemonade: Path, cache: Path, run: Run) -> None:
    cache.write_text("no folder")
    assert run("check", lemonade.name) == run("check", lemonade.name)


def test_off_keeps_nothing(lemonade: Path, cache: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINSHEET_CACHE", "off")
    assert run("check", lemonade.name)[0] == 0
    assert own_store() is None
    assert not cache.exists()


def test_the_oldest_entries_give_way_and_long_ones_are_not_kept(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache", tmp_path / "state" / "key")
    for index in range(510):
        store.put(f"{index:04}", b"text")
    assert len(entries(tmp_path / "cache")) == 500
    assert store.get("0509") == b"text"
    assert store.get("0000") is None
    store.put("long", b"0" * (MOST_BYTES + 1))
    assert store.get("long") is None
    assert (tmp_path / "state" / "key").stat().st_mode & 0o777 == 0o600


def test_an_entry_is_no_answer_to_another_question(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache", tmp_path / "key")
    store.put("one", b"text")
    (tmp_path / "cache" / "one").rename(tmp_path / "cache" / "other")
    assert store.get("other") is None


def test_what_a_reader_left_before_its_end_is_not_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        encoding = "utf-8"

        def write(self, _: str) -> int:
            raise BrokenPipeError

        def isatty(self) -> bool:
            return False

    def cut_off() -> None:
        try:
            sys.stdout.write("half")
        except BrokenPipeError:
            sys.exit(0)

    monkeypatch.setattr(sys, "stdout", Gone())
    with pytest.raises(SystemExit):
        answer(["solve"], cut_off)
    assert entries(cache) == []
