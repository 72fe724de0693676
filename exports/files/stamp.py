"""What a repository knows of a model that a workbook is made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """The revision, and who committed the model last, and when; '' for what nobody asked for."""

    revision: str = ""
    author: str = ""
    date: str = ""
