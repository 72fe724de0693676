"""LibreOffice's door: our own workbook in another form, by the program where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from engine.problems import ModelError, error

_PATIENCE: Final = 300.0
_HINT: Final = "write --xlsx and open that in any spreadsheet"
_NAMES: Final = ("soffice", "libreoffice")


def convert(content: bytes, name: str, form: str) -> bytes:
    """Return a workbook of ours as `ods` or `pdf`, with its name at the foot of its pages.

    Raises ModelError where LibreOffice is missing or fails.
    """
    program = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if program is None:
        message = f"LibreOffice writes .{form}, and it is not installed here"
        raise ModelError([error("no-office", message, hint=f"install it, or {_HINT}")])
    with TemporaryDirectory(prefix="plainsheet") as temporary:
        folder = Path(temporary)
        source, target = folder / f"{name}.xlsx", folder / f"{name}.{form}"
        source.write_bytes(content)
        # A profile of its own: one that is open elsewhere would keep it from its work.
        command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", form, "--outdir", str(folder), str(source)]
        try:
            subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603  # arguments of our own
            return target.read_bytes()
        except (OSError, subprocess.TimeoutExpired) as problem:
            # Its exit status is 0 whatever happens: what counts is whether the file is there.
            message = f"LibreOffice did not write the .{form}"
            raise ModelError([error("no-office", message, hint=f"run it once by hand, or {_HINT}")]) from problem
