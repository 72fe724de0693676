"""The file keeps to the format: openxml-audit, which knows the schemas and what Excel repairs, has nothing to say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import canonicalize

import pytest
from openxml_audit import OpenXmlValidator

from engine.plan.plan import Plan
from exports.workbook.xlsx import workbook
from tests.exported import NAMES, book
from tests.oracles.contents import shortened
from tests.places import ROOT

_EXPORT: Final = """
import sys
from engine.model.load import loads
from engine.planning.planner import plan
from exports.workbook.xlsx import workbook
from tests.toys.bakery import BAKERY, CHARTS, MORE, declared
sys.stdout.buffer.write(workbook(plan(loads(BAKERY + MORE + declared(CHARTS)))))
"""


def said(content: bytes, folder: Path) -> list[str]:
    """Return what is wrong with a workbook, errors and warnings."""
    path = folder / "book.xlsx"
    path.write_bytes(content)
    found = OpenXmlValidator(max_errors=0).validate(path).errors
    # Excel moves texts that stand in cells to a table of their own when it saves, which changes nothing.
    return [f"{one.part_uri} {one.path}: {one.description}" for one in found if "inline-string" not in one.description]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_the_project_is_valid(name: str, tmp_path: Path) -> None:
    assert said(shortened(book(name), 60), tmp_path) == []


@pytest.mark.slow
def test_charts_of_every_kind_are_valid(bakery: Plan, tmp_path: Path) -> None:
    assert said(workbook(bakery), tmp_path) == []


@pytest.mark.slow
def test_the_file_is_the_same_with_and_without_lxml(bakery: Plan) -> None:
    # openpyxl writes by lxml where that is installed, as it is for the tests, and spells XML otherwise.
    written = [parts(workbook(bakery)), parts(run_python(_EXPORT, OPENPYXL_LXML="False"))]
    assert written[0] == written[1]
    assert any(name.startswith("xl/drawings/") for name in written[0])


def run_python(code: str, **environment: str) -> bytes:
    """Return what a program in a process of its own prints."""
    command, named = [sys.executable, "-c", code], {**os.environ, **environment}
    return subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=named).stdout


def parts(content: bytes) -> dict[str, str]:
    """Return the XML of each part, spelled alike."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: canonicalize(package.read(name).decode()) for name in package.namelist()}


@pytest.mark.slow
def test_a_font_out_of_order_is_found(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(shortened(book("loan"), 20))) as package, zipfile.ZipFile(out, "w") as other:
        for name in package.namelist():
            other.writestr(name, re.sub(rb"<font>(.*?)(<name [^>]*>)", rb"<font>\2\1", package.read(name)))
    assert any("/xl/styles.xml" in one for one in said(out.getvalue(), tmp_path))
