"""Data files in the review: read as each revision has them, told by cell and by effect, their hashes renewed."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import permutations
from math import fsum
from pathlib import Path

import numpy as np
import pytest

from engine.data.folder import Kept
from engine.model.load import load, loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.problems import Mistake
from exports.files.git import RevisionFiles
from exports.review.pull_request.models import review_models
from exports.review.review import Review, review_versions
from exports.review.versions import Version
from plainsheet.commands.data import data as command
from tests.command_line import run, succeed
from tests.toys.power import MODEL, PRICES, SITES, hash_of, write
from tests.toys.rent import Repository

SITES_LATER = SITES.replace("1,5", "3").replace(";0,5", ";4")
PRICES_LATER = (
    PRICES.replace("41.5", "50").replace(",30\n", ",33\n").replace(",40\n", ",44\n").replace(",31\n", ",20\n")
)


def reviewed(old: Path, new: Path) -> Review:
    return review_versions(Version("old", load(old)), Version("new", load(new)), None)


@pytest.fixture
def power(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a repository whose last commit brought the model with its data, and stand in it."""
    write(repository.folder / "models")
    repository.model = repository.folder / "models" / "power.toml"
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Power")
    monkeypatch.chdir(repository.folder)
    return repository


def test_what_is_said_of_a_file_is_told_once_and_not_of_each_row_that_it_holds_for(tmp_path: Path) -> None:
    old = MODEL.replace('unit  = "MWh"\nnote  = "as metered"', 'unit  = "MWh"')
    new = old.replace('source = "exchange"', 'source = "desk"\nmissing = 0').replace("as metered", "as read off")
    first, second = (
        write(tmp_path / "a", model=old),
        write(tmp_path / "b", model=f'{new}\n[sources.desk]\ntitle = "D"\n'),
    )
    told = succeed("diff", first, second)
    assert [line.strip() for line in told.splitlines() if "(prices)" in line or "(sites)" in line] == [
        "Prices (prices): source exchange -> desk",
        "Prices (prices): missing added: 0",
        "Sites (sites): note as metered -> as read off",
    ]
    assert "(price)" not in told
    assert "(use)" not in told


def test_what_changed_is_told_by_cell_with_the_share_of_file_and_cells(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new", PRICES_LATER, SITES_LATER)
    found = reviewed(old, new)
    files = {one.id: one.what for one in found.differences if one.kind == "data"}
    assert files == {"prices": "4 changed of 4 of price", "sites": "2 changed of 6 of use"}
    (why,) = found.whys
    assert {part.label for part in why.parts} == {"data/prices.csv", "data/sites.csv"}
    assert fsum(part.share for part in why.parts) == pytest.approx(why.after - why.before, rel=1e-9)
    for part in why.parts:
        assert fsum(cell.share for cell in part.cells) == pytest.approx(part.share, rel=1e-4)
    prices = next(part for part in why.parts if "prices" in part.label)
    assert [cell.label for cell in prices.cells][-1] == "1 other cell"


REGIONS = {"A1": "North", "B2": "South", "C3": "North"}


def total(prices: dict[str, float], use: dict[str, float], regions: dict[str, str] = REGIONS) -> float:
    table = {
        "region,year,price": "", **{key: f"{value!r}" for key, value in prices.items()}
    }  # fmt: skip
    text = "\n".join([f"{key},{value}" if value else key for key, value in table.items()]) + "\n"
    rows = "".join(f"{site};{region};{use[site + '26']!r};{use[site + '27']!r}\n".replace(".", ",")
                   for site, region in regions.items())  # fmt: skip
    sites = f"site;region;2026;2027\n{rows}"
    model = MODEL.format(prices=hash_of(text), sites=hash_of(sites))
    made = plan(loads(model, files=Kept({"data/prices.csv": text.encode(), "data/sites.csv": sites.encode()})))
    return float(np.asarray(evaluate(made)["total"]))


@pytest.mark.slow
def test_shares_are_owen_values_by_every_order(tmp_path: Path) -> None:
    found = reviewed(write(tmp_path / "old"), write(tmp_path / "new", PRICES_LATER, SITES_LATER))
    before = {"North,2026": 40.0, "North,2027": 41.5, "South,2026": 30.0, "South,2027": 31.0}
    after = {"North,2026": 44.0, "North,2027": 50.0, "South,2026": 33.0, "South,2027": 20.0}
    then = {"A126": 1.5, "A127": 2.0, "B226": 1.0, "B227": 1.0, "C326": 2.0, "C327": 0.5}
    now = then | {"A126": 3.0, "C327": 4.0}
    unions = [[("p", key) for key in after], [("u", "A126"), ("u", "C327")]]
    shares = dict.fromkeys([one for union in unions for one in union], 0.0)
    orders = [
        [*a, *b] for first, second in (unions, unions[::-1]) for a in permutations(first) for b in permutations(second)
    ]
    for order in orders:
        prices, use = dict(before), dict(then)
        value = total(prices, use)
        for kind, key in order:
            (prices if kind == "p" else use)[key] = (after if kind == "p" else now)[key]
            value, was = total(prices, use), value
            shares[kind, key] += (value - was) / len(orders)
    (why,) = found.whys
    cells = {cell.label: cell.share for part in why.parts for cell in part.cells}
    assert cells["use[A1, 2026]"] == pytest.approx(shares["u", "A126"], rel=1e-4)
    assert cells["use[C3, 2027]"] == pytest.approx(shares["u", "C327"], rel=1e-4)
    for key in ("North,2027", "North,2026"):
        assert cells[f"price[{key.replace(',', ', ')}]"] == pytest.approx(shares["p", key], rel=1e-4)


def test_cells_that_both_versions_have_share_what_a_file_adds_beside_members_that_came_and_went(tmp_path: Path) -> None:
    later = "site;region;2026;2027\nD4;South;7;1,5\nB2;South;1;4\nA1;North;3;2\n"
    found = reviewed(write(tmp_path / "old"), write(tmp_path / "new", PRICES_LATER, later))
    before = {"North,2026": 40.0, "North,2027": 41.5, "South,2026": 30.0, "South,2027": 31.0}
    after = {"North,2026": 44.0, "North,2027": 50.0, "South,2026": 33.0, "South,2027": 20.0}
    then = {"A126": 1.5, "A127": 2.0, "B226": 1.0, "B227": 1.0, "C326": 2.0, "C327": 0.5, "D426": 7.0, "D427": 1.5}
    now = then | {"A126": 3.0, "B227": 4.0}
    came = {"D4": "South", "B2": "South", "A1": "North"}

    @cache
    def value(changed: frozenset[str]) -> float:
        prices, use = [
            {key: (new if key in changed else old)[key] for key in old} for old, new in ((before, after), (then, now))
        ]
        return total(prices, use, came if "members" in changed else REGIONS)

    unions = [list(after), ["A126", "B227"], ["members"]]
    shares = dict.fromkeys([one for union in unions for one in union], 0.0)
    orders = [[*a, *b, *c] for first, second, third in permutations(unions)
              for a in permutations(first) for b in permutations(second) for c in permutations(third)]  # fmt: skip
    for order in orders:
        for place, key in enumerate(order):
            gain = value(frozenset(order[: place + 1])) - value(frozenset(order[:place]))
            shares[key] += gain / len(orders)
    (why,) = found.whys
    parts = {part.label: part for part in why.parts}
    assert parts.keys() == {"data/prices.csv", "data/sites.csv", "Members of Site, Region"}
    assert parts["Members of Site, Region"].share == pytest.approx(shares["members"], rel=1e-4)
    cells = {cell.label: cell.share for part in why.parts for cell in part.cells}
    assert cells["use[A1, 2026]"] == pytest.approx(shares["A126"], rel=1e-4)
    assert cells["use[B2, 2027]"] == pytest.approx(shares["B227"], rel=1e-4)
    told = [key for key in after if f"price[{key.replace(',', ', ')}]" in cells]
    assert len(told) == 3
    for key in told:
        assert cells[f"price[{key.replace(',', ', ')}]"] == pytest.approx(shares[key], rel=1e-4)


def test_the_same_values_in_another_file_or_in_the_text_move_nothing(tmp_path: Path) -> None:
    old = write(tmp_path / "old")
    renamed = MODEL.replace("data/prices.csv", "data/p.csv").replace('column = "price"', 'column = "cost"')
    new = write(tmp_path / "new", model=renamed)
    (tmp_path / "new" / "data" / "p.csv").write_text(PRICES.replace("price", "cost"))
    new.write_text(new.read_text().replace(hash_of(PRICES), hash_of(PRICES.replace("price", "cost"))))
    found = reviewed(old, new)
    assert {one.kind for one in found.differences} == {"data"}
    assert [one.what for one in found.differences] == ["no value that the model uses changed"]
    inline = MODEL.replace('{{ data = "prices", column = "price" }}',
                           "[{{ from = 2026, list = [40, 41.5] }}, {{ from = 2026, list = [30, 31] }}]")  # fmt: skip
    assert {one.kind for one in reviewed(old, write(tmp_path / "other", model=inline)).differences} <= {
        "source",
        "data",
    }


def test_a_file_is_one_change_of_how_far_outputs_spread(tmp_path: Path) -> None:
    drawn = MODEL.replace("value = 5\n", 'value = 5\nrange = [1, 9]\ndistribution = "uniform"\n').replace(
        'formula = "price * sum(use, by=region)"', 'formula = "(price + tax) * sum(use, by=region)"')  # fmt: skip
    drawn += """
[power.tax]
label = "Tax"
over  = ["region", "year"]
value = {{ data = "prices", column = "tax" }}
unit  = "USD/MWh"
"""
    head, *rows = PRICES.splitlines()
    prices = [f"{head},tax\n" + "".join([f"{row},{tax}\n" for row in rows]) for tax in (1, 2)]
    old = write(tmp_path / "old", prices[0], model=drawn)
    new = write(tmp_path / "new", prices[1].replace("41.5", "50"), model=drawn)
    found = reviewed(old, new)
    assert found.spreads
    for spread in found.spreads:
        (part,) = spread.parts
        assert (part.label, set(part.ids)) == ("data/prices.csv", {"price", "tax"})
        assert part.share == pytest.approx(spread.effect.after - spread.effect.before)  # type: ignore[operator]


@pytest.mark.parametrize("name", ["prices.csv", "\u00e9t\u00e9 [1].csv"])
def test_a_folder_below_another_and_strange_names_are_found_in_a_revision(power: Repository, name: str) -> None:
    place = power.folder / "models" / "deep"
    old = write(place, model=MODEL.replace("data/prices.csv", f"data/{name}"))
    (place / "data" / name).write_text(PRICES)
    power.git("add", "-A")
    power.git("commit", "-qm", "Deep")
    (place / "data" / name).write_text(PRICES_LATER)
    old.write_text(old.read_text().replace(hash_of(PRICES), hash_of(PRICES_LATER)))
    assert "41.5 USD/MWh -> 50 USD/MWh" in succeed("diff", "-m", str(old))


def test_a_pointer_of_lfs_in_a_revision_is_named_as_one(power: Repository) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
    (power.folder / "models/data/prices.csv").write_text(pointer)
    power.git("commit", "-aqm", "Pointer")
    write(power.folder / "models")
    result = run("diff", "-m", "models/power.toml")
    assert (result.exit_code, "pointer of Git LFS" in result.output) == (1, True)


def test_revisions_have_the_data_that_they_were_committed_with(power: Repository) -> None:
    write(power.folder / "models", PRICES_LATER)
    power.git("commit", "-aqm", "Prices")
    told = succeed("diff", "HEAD~1..HEAD", "-m", "models/power.toml")
    assert "Price · North, 2027 (price[North, 2027]): 41.5 USD/MWh -> 50 USD/MWh" in told
    write(power.folder / "models", PRICES_LATER, SITES_LATER)
    assert "use[A1, 2026]" in succeed("diff", "-m", "models/power.toml")
    log = succeed("log", "price[North, 2027]", "-m", "models/power.toml")
    assert re.search(r"41.5 USD/MWh.*\n.*Power\n.*50 USD/MWh.*\n.*Prices", log)


def test_the_log_has_commits_of_the_data_alone(power: Repository) -> None:
    text = re.sub(r'sha256 *= "[0-9a-f]*"\n', "", power.model.read_text())
    power.commit(text, "No hashes")
    (power.folder / "models/data/prices.csv").write_text(PRICES_LATER)
    power.git("commit", "-aqm", "Data alone")
    assert "Data alone" in succeed("log", "price[North, 2027]", "-m", "models/power.toml")


def test_what_a_revision_keeps_is_no_link_and_not_outside(power: Repository) -> None:
    (power.folder / "models/data/link.csv").symlink_to("prices.csv")
    power.git("add", "-A")
    power.git("commit", "-qm", "Link")
    head = power.git("rev-parse", "HEAD").strip()
    files = RevisionFiles(power.folder / "models", head, "models")
    assert files.read("data/prices.csv") == PRICES.encode()
    for name in ("data/link.csv", "../models/power.toml", "data", "data/none.csv", "/etc/passwd"):
        with pytest.raises(Mistake):
            files.read(name)


def test_another_file_is_told_with_its_cells_where_git_has_the_old_bytes(power: Repository) -> None:
    (power.folder / "models/data/prices.csv").write_text(PRICES_LATER)
    for command_line in (("check", "models/power.toml"), ("solve", "models/power.toml")):
        result = run(*command_line)
        assert result.exit_code == 1
        assert "is not the file that the model was written for" in result.output
        assert "Price · North, 2027 (price[North, 2027]): 41.5 USD/MWh -> 50 USD/MWh" in result.output
    problems = json.loads(run("check", "models/power.toml", "--json").output)["problems"]
    assert "41.5 USD/MWh -> 50" in problems[0]["message"]


def test_hashes_are_renewed_after_what_changed_was_shown(power: Repository) -> None:
    before = power.model.read_text()
    result = run("data", "models/power.toml")
    assert (result.exit_code, result.output.count("as hashed")) == (0, 2)
    (power.folder / "models/data/prices.csv").write_text(PRICES_LATER)
    result = run("data", "models/power.toml")
    assert result.exit_code == 1
    assert "data/prices.csv: changed" in result.output
    assert power.model.read_text() == before
    told = succeed("data", "models/power.toml", "--update")
    assert "41.5 USD/MWh -> 50 USD/MWh" in told
    assert power.model.read_text() == before.replace(hash_of(PRICES), hash_of(PRICES_LATER))
    record = json.loads(succeed("data", "models/power.toml", "--json"))
    assert [one["state"] for one in record["files"]] == ["as hashed", "as hashed"]
    assert record["files"][1]["users"] == ["use", "site", "region"]


def test_a_hash_is_added_where_there_is_none(tmp_path: Path) -> None:
    path = write(tmp_path, model=re.sub(r'sha256 *= "[^"]*"\n', "", MODEL).replace(
        'file      = "data/sites.csv"\nseparator = ";"\ndecimal   = ","\nnote      = "as metered"\n', "").replace(
        "[data.sites]\n", "[data]\nsites = {{ file = 'data/sites.csv', separator = ';', decimal = ',', note = 'as metered' }}\n"))  # fmt: skip
    assert run("check", path, "--strict").exit_code == 1
    told = succeed("data", path, "--update")
    assert "2 hashes written" in told
    assert succeed("check", path, "--strict")
    assert f'file   = "data/prices.csv"\nsha256 = "{hash_of(PRICES)}"\n' in path.read_text()


def test_nothing_is_written_where_the_new_data_is_wrong(power: Repository) -> None:
    before = power.model.read_text()
    (power.folder / "models/data/prices.csv").write_text(PRICES.replace("South", "Sooth"))
    result = run("data", "models/power.toml", "--update")
    assert (result.exit_code, power.model.read_text()) == (1, before)
    assert "rows for 'Sooth', which is no member of 'region', and none for 'South'" in result.output


def test_bytes_that_git_does_not_have_are_said_to_be_unknown(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "data/prices.csv").write_text(PRICES_LATER)
    result = run("check", path)
    assert "what changed is not known: the bytes with that hash are in no commit" in result.output
    assert "1 hash written" in succeed("data", path, "--update")


def test_two_branches_that_changed_one_file_are_told_to_renew_its_hash(power: Repository) -> None:
    succeed("git-setup", "models/power.toml")
    assert "/models/data/prices.csv -text" in (power.folder / ".gitattributes").read_text()
    power.git("add", "-A")
    power.git("commit", "-qm", "Setup")
    power.git("checkout", "-qb", "theirs")
    write(power.folder / "models", PRICES.replace(",31\n", ",20\n"))
    power.git("commit", "-aqm", "Theirs")
    power.git("checkout", "-q", "main")
    write(power.folder / "models", PRICES.replace(",40\n", ",44\n"))
    power.git("commit", "-aqm", "Ours")
    told = power.git("merge", "theirs", status=1)
    assert "both sides changed 'data/prices.csv': when it is merged,  plainsheet data --update" in told
    assert "<<<" not in power.model.read_text()
    succeed("data", "models/power.toml", "--update")
    assert succeed("check", "models/power.toml")
    assert f'"{hash_of(PRICES.replace(",31", ",20").replace(",40", ",44"))}"' in power.model.read_text()


def test_two_branches_that_changed_one_cell_are_told_of_the_marks_until_one_is_kept(power: Repository) -> None:
    succeed("git-setup", "models/power.toml")
    power.git("add", "-A")
    power.git("commit", "-qm", "Setup")
    power.git("checkout", "-qb", "theirs")
    write(power.folder / "models", PRICES.replace("41.5", "42"))
    power.git("commit", "-aqm", "Theirs")
    power.git("checkout", "-q", "main")
    write(power.folder / "models", PRICES.replace("41.5", "43"))
    power.git("commit", "-aqm", "Ours")
    power.git("merge", "theirs", status=1)
    prices = power.folder / "models/data/prices.csv"
    before = power.model.read_text()
    result = run("data", "models/power.toml", "--update")
    assert (result.exit_code, power.model.read_text()) == (1, before)
    assert "it has an unfinished merge in line 3" in result.output
    lines = prices.read_text().splitlines(keepends=True)
    prices.write_text("".join([line for line in lines if line[0] not in "<=>" and not line.endswith(",43\n")]))
    succeed("data", "models/power.toml", "--update")
    assert f'"{hash_of(PRICES.replace("41.5", "42"))}"' in power.model.read_text()


def test_a_branch_that_changed_data_and_one_that_changed_the_text_merge(power: Repository) -> None:
    succeed("git-setup", "models/power.toml")
    power.git("add", "-A")
    power.git("commit", "-qm", "Setup")
    power.git("checkout", "-qb", "theirs")
    write(power.folder / "models", PRICES_LATER)
    power.git("commit", "-aqm", "Theirs")
    power.git("checkout", "-q", "main")
    power.commit(power.model.read_text().replace("value = 5", "value = 6"), "Ours")
    power.git("merge", "-q", "theirs")
    assert succeed("check", "models/power.toml")


def test_a_pull_request_that_changes_data_alone_is_reviewed(power: Repository) -> None:
    text = re.sub(r'sha256 *= "[0-9a-f]*"\n', "", power.model.read_text())
    power.commit(text, "No hashes")
    (power.folder / "models/data/prices.csv").write_text(PRICES_LATER)
    power.git("commit", "-aqm", "Data alone")
    report = review_models("models/power.toml", "HEAD~1")
    assert "1 changed" in report.text
    assert "41.5 USD/MWh -> 50 USD/MWh" in report.text
    assert "none changed" in review_models("models/power.toml", "HEAD").text


def test_the_command_is_the_one_that_help_lists() -> None:
    assert command.name == "data"
