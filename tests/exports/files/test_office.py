"""Our workbook in the forms of LibreOffice: the same numbers in .ods, a report as .pdf, and a word where it is missing."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from python_calamine import CalamineWorkbook

from tests.command_line import run, succeed
from tests.exported import lemonade
from tests.oracles.contents import cached


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
def test_the_pdf_shows_the_cover_and_the_scenarios_alone(here: Path) -> None:
    succeed("export", "lemonade.toml", "--pdf", "report.pdf")
    pages = [page.extract_text() for page in pypdf.PdfReader(here / "report.pdf").pages]
    assert "Lemonade" in pages[0]
    assert [page for page in pages if "Scenarios" in page]
    assert not [page for page in pages if "Registry" in page.splitlines()[0]]
    assert len(pages) <= 4


def test_where_it_is_missing_this_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = run("export", "lemonade.toml", "--ods")
    assert (result.exit_code, list(here.glob("*.ods"))) == (1, [])
    assert "LibreOffice writes .ods, and it is not installed here" in result.output
    assert "write --xlsx" in result.output
