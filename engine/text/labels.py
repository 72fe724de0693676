"""Texts as a search in a spreadsheet compares them: a choice from a list is found by its label."""

from __future__ import annotations

from engine.text.positions import compose


def fold(text: str) -> str:
    """Return what is the same for two texts that a spreadsheet does not tell apart.

    Spreadsheets compare by small letters, by capitals or by both: texts are alike if they are by any of them. So the
    Turkish \u0131, which has the capital of i, is an i, and \u00df is ss.
    """
    return compose(compose(text).upper().casefold())
