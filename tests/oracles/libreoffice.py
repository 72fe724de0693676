"""What LibreOffice computes and prints: a run for many workbooks, and one profile for all runs of a process."""

from __future__ import annotations

import atexit
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Final

import pypdf

from tests.oracles.contents import Cells, values

# LibreOffice trusts the values in a file unless its profile says to recalculate always.
_PROFILE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""
_HANGS_AFTER: Final = 300


def has_libreoffice() -> bool:
    """Return whether LibreOffice can be run here."""
    return shutil.which("soffice") is not None


def libreoffice(contents: Iterable[bytes]) -> list[Cells]:
    """Return what LibreOffice computes for each workbook."""
    # As CSV it writes in half the time, but no more than twenty decimals.
    return [values(path.read_bytes()) for path in _converted(contents, "xlsx:Calc MS Excel 2007 XML")]


def printed(contents: Iterable[bytes]) -> list[list[str]]:
    """Return the text of each page that LibreOffice prints of each workbook."""
    return [[page.extract_text() for page in pypdf.PdfReader(path).pages] for path in _converted(contents, "pdf")]


def run(*arguments: object) -> None:
    """Run LibreOffice with the profile of this process."""
    command = ["soffice", f"-env:UserInstallation={profile().as_uri()}", "--headless", "--norestore"]
    subprocess.run([*command, *map(str, arguments)], check=True, capture_output=True, timeout=_HANGS_AFTER)


@cache
def profile() -> Path:
    """Return a folder of settings that no other process uses: LibreOffice makes it anew at a price."""
    folder = Path(mkdtemp(prefix="libreoffice"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(_PROFILE)
    return folder


def _converted(contents: Iterable[bytes], form: str) -> Iterator[Path]:
    """Yield each workbook in another form, from one run for all of them."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        sources = []
        for number, content in enumerate(contents):
            sources.append(folder / f"book{number}.xlsx")
            sources[-1].write_bytes(content)
        run("--convert-to", form, "--outdir", folder / "out", *sources)
        results = [(folder / "out" / source.name).with_suffix(f".{form.partition(':')[0]}") for source in sources]
        # Its exit code is 0 whatever happens: what counts is whether the file is there.
        missing = [result.name for result in results if not result.exists()]
        assert not missing, f"LibreOffice wrote no {missing}"
        yield from results
