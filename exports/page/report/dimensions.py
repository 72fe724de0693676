"""Dimensions with their groups and calendars, and what is said of chance and is of no single input."""

from __future__ import annotations

from typing import Final

from engine.model.dimensions import Dimension
from engine.model.model import Correlation, Decision, Model
from engine.model.names import row_of, with_row
from exports.page.report.assumptions import sources
from exports.page.texts import region, text
from exports.style.words import counted, sentences

_MOST_LISTED: Final = 24
_SHORT: Final = 12


def dimensions(model: Model) -> str:
    """Return what quantities run along; '' where there is nothing."""
    found = [dimension for dimension in model.dimensions if dimension.members]
    if not found:
        return ""
    body = "".join([_dimension(model, dimension) for dimension in found])
    return f"<h3>Dimensions</h3>\n<dl class=dimensions>{body}</dl>\n"


def _dimension(model: Model, one: Dimension) -> str:
    members = one.members
    named = ", ".join(members) if len(members) <= _MOST_LISTED and not one.ordered else f"{members[0]} to {members[-1]}"
    kind = "period" if one.periods else "member"
    note = sentences([" ".join(one.note.split())])
    cited = "; ".join(sources(model, one.sources))
    return (
        f"<dt>{text(one.label)} <code>{text(one.id)}</code>"
        f"<dd>{counted(len(members), kind)}: {text(sentences([named]))} {text(note)} {cited}{_groups(model, one)}"
    )


def _groups(model: Model, one: Dimension) -> str:
    """Return which members of a finer dimension each member holds; '' for what groups nothing."""
    if not one.of or not one.places:
        return ""
    finer = model.dimension[one.of]
    inside: list[list[str]] = [[] for _ in one.members]
    for place, member in zip(one.places, finer.members, strict=True):
        inside[place].append(member)
    lines = "".join(
        [
            f"<tr><th>{text(member)}<td>{text(_told(names, is_run=finer.ordered))}"
            for member, names in zip(one.members, inside, strict=True)
        ]
    )
    head = f"<tr><th>{text(one.label)}<th>{text(finer.label)}"
    table = f'<table class="members groups"><thead>{head}<tbody>{lines}</table>'
    return region(f"{one.label}: groups", table) if len(one.members) > _SHORT else table


def _told(names: list[str], *, is_run: bool) -> str:
    return f"{names[0]} to {names[-1]}" if is_run and len(names) > 1 else ", ".join(names)


def chance(model: Model) -> str:
    """Return what goes together, and what may be decided; '' for neither."""
    labels = {quantity.id: quantity.label for quantity in model.quantities}
    together = "".join([_correlation(model, one, labels) for one in model.correlations])
    decided = "".join([_decision(model, one, labels) for one in model.decisions])
    return (f"<h3>Correlations</h3>\n<ul>{together}</ul>\n" if together else "") + (
        f"<h3>Decisions</h3>\n<ul>{decided}</ul>\n" if decided else ""
    )


def _correlation(model: Model, one: Correlation, labels: dict[str, str]) -> str:
    both = " and ".join([with_row(name, labels[row_of(name)]) for name in one.between])
    cited = "; ".join(sources(model, one.sources))
    note = text(sentences([" ".join(one.note.split())]))
    return f"<li>{text(both)} go together: rank correlation {one.rank}. {cited}{'. ' * bool(cited)}{note}"


def _decision(model: Model, one: Decision, labels: dict[str, str]) -> str:
    goal = "highest" if one.goal == "max" else "lowest"
    value = with_row(one.value, labels[row_of(one.value)])
    said = sentences([f"{', '.join(model.options(one))}: the {goal} {value}", " ".join(one.note.split())])
    return f"<li><b>{text(one.label)}</b> {text(said)}"
