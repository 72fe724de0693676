"""Where this repository and its models are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
MODELS: Final = ROOT / "models"
