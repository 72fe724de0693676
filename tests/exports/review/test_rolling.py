"""A calendar that moves on by a month, the everyday edit of finance, is told in a few lines, whatever runs along it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.toys.shop import diff, told

INPUTS = 15


def model(start: str, end: str, months: range, inputs: int = INPUTS) -> str:
    def run(offset: int) -> str:
        return f'{{ from = "{start}", list = {[month + offset for month in months]} }}'

    flows = [f'[flow.x{n}]\nlabel = "X{n}"\nover = "month"\nunit = "EUR"\nvalue = {run(n)}' for n in range(inputs)]
    pieces = "\n".join([f"value.{name} = {run(n)}" for n, name in enumerate("ABCD")])
    return "\n".join([
        '[model]\ntitle = "Plan"\noutputs = ["cash", "sales", "by_year", "total"]\n[units]\nEUR = "[money]"',
        f'[dimensions.month]\nfrom = "{start}"\nto = "{end}"\n[dimensions.year]\nof = "month"\nperiod = "year"',
        '[dimensions.product]\nmembers = ["A", "B", "C", "D"]',
        f'[scenarios.plan]\nlabel = "Plan"\n[scenarios.low]\nset.x0 = {run(-9)}\nscale.pieces.A = 0.5',
        *flows,
        f'[flow.pieces]\nlabel = "Pieces"\nover = ["product", "month"]\nunit = "1"\n{pieces}',
        '[flow.price]\nlabel = "Price"\nover = "month"\nunit = "EUR"\nvalue = 2',
        '[out.sales]\nlabel = "Sales"\nover = ["product", "month"]\nunit = "EUR"\nformula = "price * pieces"',
        f'[out.flow]\nlabel = "Flow"\nover = "month"\nunit = "EUR"\nformula = "sum(sales, over=product) - {" - ".join([f"x{n}" for n in range(inputs)])}"',
        '[out.cash]\nlabel = "Cash"\nover = "month"\nunit = "EUR"\nrollup = "last"\nformula = "prev(cash, 0) + flow"',
        '[out.by_year]\nlabel = "By year"\nover = "year"\nunit = "EUR"\nformula = "sum(flow, by=year)"',
        '[out.total]\nlabel = "Total"\nunit = "EUR"\nformula = "sum(flow)"',
    ])  # fmt: skip


OLD = model("2025-01", "2026-12", range(24))
LONGER = model("2025-01", "2027-01", range(25))
MOVED = model("2025-02", "2027-01", range(1, 25))


def part(text: str, heading: str) -> list[str]:
    return text.partition(f"\n{heading}\n")[2].partition("\n\n")[0].splitlines()


def test_a_month_more_is_told_once_a_quantity_and_no_output_goes(tmp_path: Path) -> None:
    text = diff(tmp_path, LONGER, old=OLD).output
    assert text.splitlines()[1].startswith("17 quantities with other members, 2 other changes; Total ")
    assert part(text, "Quantities") == ["  Month (month): members added: 2027-01", "  Year (year): members added: 2027"]
    assumptions = part(text, "Assumptions")
    assert len(assumptions) == 7
    assert assumptions[0] == "  X0 · 2027-01 (x0[2027-01]): added: 24 EUR"
    assert assumptions[-1] == "  ... and 13 lines more of members that came or went"
    few = diff(
        tmp_path, model("2025-01", "2027-01", range(25), 1), old=model("2025-01", "2026-12", range(24), 1)
    ).output
    assert part(few, "Assumptions") == [
        "  X0 · 2027-01 (x0[2027-01]): added: 24 EUR",
        "  Pieces (pieces): added: A, 2027-01 = 24; B, 2027-01 = 25; C, 2027-01 = 26; D, 2027-01 = 27",
        "  Price · 2027-01 (price[2027-01]): added: 2 EUR",
        "  X0 · 2027-01 (x0[2027-01], scenario low): added: 15 EUR",
        "  Pieces · A, 2027-01 · factor (pieces[A, 2027-01], scenario low): added: 0.5",
    ]
    # What was the last month is there, and as it was.
    assert "2026-12" not in text
    assert "Cash · 2027-01, plan: none -> " in text
    assert "Sales · D, 2027-01, low: none -> " in text


def test_a_calendar_that_moved_at_both_ends_is_told_by_its_ends(tmp_path: Path) -> None:
    text = diff(tmp_path, MOVED, old=OLD).output
    assert part(text, "Quantities")[0] == "  Month (month): members 2025-01 to 2026-12 -> 2025-02 to 2027-01"
    assert len(part(text, "Assumptions")) == 7
    moved = [one for one in told(tmp_path, MOVED, old=OLD)["effects"] if one["output"] == "cash[2026-12]"]
    # Cash begins a month later, so that the month that was the last one has another.
    assert [one["scenario"] for one in moved] == ["plan", "low"]
    assert all(None not in {one["before"], one["after"]} for one in moved)


def test_json_and_a_comment_have_the_same_changes(tmp_path: Path) -> None:
    found = told(tmp_path, LONGER, old=OLD)["differences"]
    values = [one for one in found if one["kind"] == "assumption"]
    # A line a member, with nothing before: 15 inputs, 4 products, a price; a scenario's value and its factor.
    assert len(values) == INPUTS + 4 + 1 + 2
    assert {one["before"] for one in values} == {""}
    assert all("2027-01" in one["id"] for one in values)
    comment = diff(tmp_path, LONGER, "--markdown", old=OLD).output
    assert len(comment.splitlines()) < 80
    assert "2026-12" not in comment


@pytest.mark.slow
@pytest.mark.parametrize("name", ["subscription", "loan"])
def test_the_models_of_the_repository_roll_on_in_few_lines(name: str, tmp_path: Path) -> None:
    old = (Path(__file__).parents[3] / "models" / f"{name}.toml").read_text()
    end = {"subscription": "2027-12", "loan": "2031-06"}[name]
    after = {"2027-12": "2028-01", "2031-06": "2031-07"}[end]
    new = old.replace(f'"{end}"', f'"{after}"').replace("to    = 23", "to    = 24")
    found = told(tmp_path, new, old=old)
    assert {one["what"] for one in found["differences"]} == {"members"}
    assert f"members added: {after}" in diff(tmp_path, new, old=old).output
    assert "none" not in {effect["after"] for effect in found["effects"]}
