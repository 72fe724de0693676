"""Our workbook in the forms of LibreOffice: the same numbers in .ods, a page as .pdf, and a word where it is missing."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from python_calamine import CalamineWorkbook

from engine.plan.plan import Plan
from exports.workbook.layout.geometry import LABEL
from exports.workbook.pages import pages
from tests.command_line import run, succeed
from tests.exported import lemonade, planned
from tests.oracles.contents import cached
from tests.places import MODELS
from tests.toys.lemonade import TOY


@pytest.mark.slow
@pytest.mark.libreoffice
def test_the_ods_has_the_numbers_of_the_workbook(here: Path) -> None:
    succeed("export", "lemonade.toml", "--ods")
    book = CalamineWorkbook.from_filelike(BytesIO((here / "lemonade.ods").read_bytes()))
    for sheet in book.sheet_names:
        own = [value for (name, _), value in cached(lemonade()).items() if name == sheet and isinstance(value, float)]
        rows = book.get_sheet_by_name(sheet).to_python()
        found = [value for row in rows for value in row if isinstance(value, float)]
        assert sorted(found) == pytest.approx(sorted(own), rel=1e-12), sheet


@pytest.mark.slow
@pytest.mark.libreoffice
def test_the_pdf_is_one_page_with_every_result_in_every_scenario(here: Path) -> None:
    for name in ("sora", "three_statements", "loan"):
        succeed("export", MODELS / f"{name}.toml", "--pdf", here / "report.pdf")
        made = planned(name)
        (page,) = [page.extract_text() for page in pypdf.PdfReader(here / "report.pdf").pages]
        assert made.model.title in page
        words = " ".join(page.split())
        assert all(made.row(id_).label.split()[0] in words for id_ in made.model.outputs)
        assert all(case.label.split()[0] in words for case in made.cases)
        assert "##" not in page
        # The caches of charts are drawn too, and not cells that are hidden with their sheet.
        assert all(chart.title in words for chart in made.model.charts[:1])


@pytest.mark.slow
@pytest.mark.libreoffice
def test_the_pdf_says_what_it_leaves_out_and_of_nothing_computed_shows_the_cover(here: Path) -> None:
    more = "".join(f'[more.r{n}]\nlabel = "R{n}"\nunit = "EUR"\nformula = "profit * 2"\n' for n in range(15))
    text = TOY.replace('outputs = ["profit"]', f"outputs = {[f'r{n}' for n in range(15)]}".replace("'", '"'))
    (here / "many.toml").write_text(f"{text}\n{more}")
    (here / "none.toml").write_text('[model]\ntitle = "N"\n[a.b]\nlabel = "B"\nvalue = 1\nunit = "1"\nnote = "n"\n')
    shown = []
    for name in ("many", "none"):
        succeed("export", f"{name}.toml", "--pdf")
        shown += [page.extract_text() for page in pypdf.PdfReader(here / f"{name}.pdf").pages]
    assert len(shown) == 2
    assert "In the workbook: 3 more results." in shown[0]
    assert "The model computes nothing yet." in shown[1]


def test_where_it_is_missing_this_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = run("export", "lemonade.toml", "--ods")
    assert (result.exit_code, list(here.glob("*.ods"))) == (1, [])
    assert "LibreOffice writes .ods, and it is not installed here" in result.output
    assert "write --xlsx" in result.output


def test_the_report_says_how_many_charts_have_no_room_on_it(bakery: Plan) -> None:
    report = pages(bakery, with_report=True).sheets[-1]
    told = list(report.lines)[-1][1].cells[LABEL].value
    left_out = len(bakery.model.charts) - len(report.charts)
    assert left_out > 0
    assert str(told).startswith(f"In the workbook: {left_out} more charts")
