"""What LibreOffice computes and prints."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdf

from tests.oracles.contents import Cells, cached

# LibreOffice trusts the values in a file unless its profile says to recalculate always.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def libreoffice(contents: Iterable[bytes]) -> list[Cells]:
    """Return what LibreOffice computes for each workbook, one run for all of them."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE)
        sources = []
        for number, content in enumerate(contents):
            source = folder / f"book{number}.xlsx"
            source.write_bytes(content)
            sources.append(source)
        out = folder / "out"
        command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), *map(str, sources)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        # Its exit code is 0 whatever happens: what counts is whether the file is there.
        results = [out / source.name for source in sources]
        missing = [result.name for result in results if not result.exists()]
        assert not missing, f"LibreOffice wrote no {missing}"
        return [cached(result.read_bytes()) for result in results]


def printed(contents: Iterable[bytes]) -> list[list[str]]:
    """Return the text of each page that LibreOffice prints of each workbook."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        sources = []
        for number, content in enumerate(contents):
            sources.append(folder / f"book{number}.xlsx")
            sources[-1].write_bytes(content)
        command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "pdf", "--outdir", str(folder), *map(str, sources)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        pages = [pypdf.PdfReader(source.with_suffix(".pdf")).pages for source in sources]
        return [[page.extract_text() for page in book] for book in pages]


def has_libreoffice() -> bool:
    """Return whether LibreOffice can be run here."""
    return shutil.which("soffice") is not None
