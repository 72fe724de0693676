"""A link stays a link, and what it leads to keeps its owner and its permissions."""

from __future__ import annotations

import errno
import os
import resource
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from engine.text.canonical import canonical
from exports.files.atomic import replace_file
from tests.command_line import COMMAND, run, succeed
from tests.toys.lemonade import TOY
from tests.toys.rent import TEXT, Repository

LOOSE = TOY.replace("label  = ", "label= ")
NOBODY = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that everybody may write to."""
    folder = Path(mkdtemp())
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    rmtree(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be held by permissions as any user is, also where the tests run as root."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def linked(folder: Path, name: str, content: str | None = None) -> tuple[Path, Path]:
    """Return a link in one folder, over a second link, and the file in another folder that it leads to."""
    (folder / "kept").mkdir()
    real, between, link = folder / "kept" / f"real-{name}", folder / "kept" / f"between-{name}", folder / name
    if content is not None:
        real.write_text(content)
    between.symlink_to(real.name)
    link.symlink_to(Path("kept") / between.name)
    return link, real


def test_what_a_link_leads_to_is_written(tmp_path: Path) -> None:
    link, real = linked(tmp_path, "x", "old")
    real.chmod(0o604)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert (real.read_bytes(), stat.S_IMODE(real.lstat().st_mode)) == (b"new", 0o604)
    assert sorted(one.name for one in real.parent.iterdir()) == ["between-x", "real-x"]


def test_a_link_to_nothing_yet_makes_the_file_there(tmp_path: Path) -> None:
    link, real = linked(tmp_path, "x")
    replace_file(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("to", "code"), [("x", errno.ELOOP), (".", errno.EISDIR), ("/dev/null", errno.EINVAL), ("no/x", errno.ENOENT)]
)
def test_a_link_to_no_file_is_refused_by_the_name_that_was_given(to: str, code: int, tmp_path: Path) -> None:
    link = tmp_path / "x"
    link.symlink_to(to)
    with pytest.raises(OSError, match=r".") as refused:
        replace_file(link, b"new")
    assert (refused.value.errno, refused.value.filename) == (code, str(link))
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owner_and_group_stay(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    os.chown(path, 1234, 2345)
    replace_file(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid, path.read_bytes()) == (1234, 2345, b"new")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has files of others")
def test_who_may_not_give_files_away_writes_all_the_same(open_folder: Path) -> None:
    path = open_folder / "x"
    path.write_bytes(b"old")
    path.chmod(0o666)
    with as_nobody():
        replace_file(path, b"new")
    assert (path.stat().st_uid, stat.S_IMODE(path.stat().st_mode), path.read_bytes()) == (NOBODY, 0o666, b"new")


@pytest.mark.parametrize("what", ["file", "directory"])
def test_what_is_read_only_stays_as_it_is(what: str, open_folder: Path) -> None:
    path = open_folder / "x"
    path.write_bytes(b"old")
    path.chmod(0o444 if what == "file" else 0o666)
    open_folder.chmod(0o777 if what == "file" else 0o555)
    with as_nobody(), pytest.raises(PermissionError) as refused:
        replace_file(path, b"new")
    assert refused.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert [one.name for one in open_folder.iterdir()] == ["x"]


UNREADABLE = (
    "check bad.toml", "solve bad.toml", "format ok.toml bad.toml", "graph bad.toml", "explain profit -m bad.toml",
    "sensitivity -m shut/m.toml", "goal profit=1 --by price -m bad.toml", "export shut/m.toml --csv", "diff ok.toml bad.toml",
    "diff ok.toml shut/m.toml", "import bad.xlsx -m ok.toml", "lint bad.xlsx", "textconv shut/m.xlsx",
    "export ok.toml --csv shut/o.csv", "export ok.toml --csv shut/in/o.csv", "export ok.toml --charts shut/in/o",
    "new shut/n.toml", "new shut/in/n.toml", "check", "solve",
)  # fmt: skip


def test_what_cannot_be_read_or_reached_is_status_1(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(open_folder)
    Path("ok.toml").write_text(TOY)
    for name in ("bad.toml", "bad.xlsx"):
        Path(name).write_text(TOY)
        Path(name).chmod(0)
    Path("shut").mkdir(mode=0)
    # What is called here is imported already, whoever may read it.
    for command in UNREADABLE:
        run(*command.replace("bad.", "no.").replace("shut/", "none/").split())
    with as_nobody():
        for command in UNREADABLE:
            result = run(*command.split())
            assert (result.exit_code, result.stderr.count("Permission denied")) == (1, 1), command
    # A folder in which files can be opened, and not be looked for.
    open_folder.chmod(0o111)
    with as_nobody():
        result = run("check")
        assert (result.exit_code, result.stderr) == (1, ".: Permission denied\n")


def test_every_command_that_writes_follows_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model, real = linked(tmp_path, "m.toml", LOOSE)
    succeed("format", "m.toml")
    assert real.read_text() == canonical(LOOSE) != LOOSE
    for name, option in (("o.xlsx", "--xlsx"), ("o.json", "--json"), ("o.csv", "--csv"), ("o.md", "--markdown")):
        Path(name).symlink_to(f"kept/{name}")
        succeed("export", "m.toml", option, name)
        assert Path(f"kept/{name}").stat().st_size > 100
    Path("n.toml").symlink_to("kept/n.toml")
    succeed("new", "n.toml")
    for link in (model, *map(Path, ("o.xlsx", "o.json", "o.csv", "o.md", "n.toml"))):
        assert link.is_symlink()
    assert run("new", "n.toml").exit_code == 2
    assert not [one for one in Path("kept").iterdir() if one.name.endswith(".part")]


def test_a_model_behind_a_link_is_no_place_for_its_own_workbook(here: Path) -> None:
    (here / "o.csv").symlink_to("lemonade.toml")
    assert "is the model itself" in run("export", "lemonade.toml", "--csv", "o.csv").stderr
    assert (here / "lemonade.toml").read_text() == TOY


def test_a_full_disk_leaves_everything_as_it_was(here: Path) -> None:
    kept = here / "o.json"
    kept.write_bytes(b"old")

    def limit() -> None:
        # A disk that has no room for more than this.
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    done = subprocess.run(
        [*COMMAND, "export", "lemonade.toml", "--json", "o.json"],
        capture_output=True, text=True, preexec_fn=limit, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "o.json: File too large\n")
    assert kept.read_bytes() == b"old"
    assert sorted(one.name for one in here.iterdir()) == ["lemonade.toml", "o.json"]


def test_a_link_at_a_place_that_nobody_named_is_refused_and_what_it_leads_to_stays(
    repository: Repository, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    profile.write_text("# mine\n")
    drawn = TEXT + '[charts.one]\nkind = "line"\ntitle = "One"\nx = "hours"\ny = "cost"\nfrom = 1\nto = 9\n'
    repository.model.write_text(drawn)
    (repository.folder / "pictures").mkdir()
    names = (".gitattributes", "rent.csv", "pictures/one.svg", "model.toml")
    for link in [repository.folder / name for name in names]:
        link.symlink_to(profile)
    told = run("git-setup", "models/rent.toml")
    assert (told.exit_code, "is a link" in told.output) == (1, True)
    assert "plainsheet" not in repository.git("config", "--list", "--local")
    for arguments in (("--csv",), ("--charts", "pictures")):
        told = run("export", "models/rent.toml", *arguments)
        assert (told.exit_code, "is a link" in told.output) == (1, True), told.output
    assert profile.read_text() == "# mine\n"
    profile.unlink()
    assert run("new").exit_code == run("git-setup", "models/rent.toml").exit_code == 1
    assert not profile.exists()


def test_attributes_that_are_no_regular_file_are_refused_before_any_setting_is_written(repository: Repository) -> None:
    (repository.folder / ".gitattributes").mkdir()
    told = run("git-setup", "models/rent.toml")
    assert (told.exit_code, "Is a directory" in told.output) == (1, True)
    assert "plainsheet" not in repository.git("config", "--list", "--local")
