"""A model checked: everything that is wrong with it, and the line that says what was checked."""

from __future__ import annotations

from pathlib import Path

from engine.analysis import published, verdicts
from engine.problems import ModelError, Problem
from engine.solve import solved
from exports.results.summary import summary


def check_model(source: Path) -> tuple[list[Problem], str]:
    """Return the problems of a model, and what was checked of it; '' where it has no results."""
    try:
        planned, results = solved(source)
        problems = [*planned.warnings, *verdicts.problems(planned, results)]
        return problems, summary(planned, published.figures(planned, results))
    except ModelError as wrong:
        return list(wrong.problems), ""
