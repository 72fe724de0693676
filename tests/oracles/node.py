"""Programs in JavaScript, run by Node with the packages that `tests/node/package-lock.json` pins."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from tests.places import ROOT

_SCRIPTS: Final = ROOT / "tests" / "node"
PACKAGES: Final = ROOT / "build" / "node" / "node_modules"
_HANGS_AFTER: Final = 300


def has_node() -> bool:
    """Return whether Node and the packages are installed here."""
    return shutil.which("node") is not None and (PACKAGES / "vscode-textmate").exists()


def node(script: str, *arguments: str | Path, given: object = None) -> Any:  # noqa: ANN401  # any JSON
    """Return what a script of `tests/node` prints, as JSON, of what it is given."""
    done = subprocess.run(
        ["node", _SCRIPTS / script, *arguments],
        check=False, capture_output=True, text=True, timeout=_HANGS_AFTER, input=json.dumps(given),
        env={**os.environ, "NODE_PATH": str(PACKAGES)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
