"""Models of an input and a result, in a line each."""

from __future__ import annotations

HEAD = '[model]\ntitle = "x"\n'


def one(value: str, unit: str = "1", more: str = "", id_: str = "x") -> str:
    """Return an input."""
    return f'[a.{id_}]\nlabel = "{id_}"\nvalue = {value}\nunit = "{unit}"\nnote = "n"\n{more}\n'


def result(formula: str, unit: str = "1", more: str = "") -> str:
    """Return a result over x."""
    return f'[a.y]\nlabel = "y"\nformula = "{formula}"\nunit = "{unit}"\n{more}\n'
