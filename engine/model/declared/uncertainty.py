"""Reads what is said of chance beside ranges: weights of a choice's members, correlations, and decisions."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from engine.model.dimensions import Dimension, member_hint
from engine.model.model import Correlation, Decision
from engine.model.names import ID, cell_id, id_hint
from engine.model.table import LONGEST_LABEL, Fields, kind_of
from engine.problems import shortened
from engine.text.positions import compose

GOALS: Final = ("max", "min")
_MOST_CORRELATIONS: Final = 2_000
_MOST_DECISIONS: Final = 100
_MOST_OPTIONS: Final = 200
CORRELATION_KEYS: Final = ("between", "rank", "source", "note")
DECISION_KEYS: Final = ("label", "note", "options", "choice", "value", "goal")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_PICKED: Final = re.compile(r"(?P<id>[^\[\]]+)\[(?P<members>[^\[\]]*)\]")


def read_weights(table: Fields, key: str, dimension: Dimension) -> tuple[Decimal, ...] | None:
    """Return how likely each member of a choice is, 0 for one that is not named; None where it is wrong."""
    given = table.table[key]
    owner, members = shortened(str(table.path[-1])), dimension.members
    if isinstance(given, dict):
        inner = Fields(table.document, (*table.path, key), given, table.problems)
        found: dict[int, Decimal | None] = {}
        for name in given:
            index = dimension.index_of(name)
            if index is None:
                message = f"'{owner}' has a weight for '{shortened(name)}', which is no member of '{dimension.id}'"
                inner.complain("member", message, name, member_hint(dimension, name))
            else:
                found[index] = inner.number(name)
        if len(found) < len(given) or None in found.values():
            return None
        return tuple([found.get(index) or Decimal(0) for index in range(len(members))])
    if not isinstance(given, list):
        message = f"'{key}' is {kind_of(given)} and must be a table by member"
        table.complain("type", message, key, f"write {weights_example(dimension)}")
        return None
    if len(given) != len(members):
        message = f"'{key}' of '{owner}' lists {len(given)} of the {len(members)} members of '{dimension.id}'"
        table.complain("member", message, key, "give one for each, in their order, or a table by member")
        return None
    read = [table.read_number(one, key) for one in given]
    weights = tuple([one for one in read if one is not None])
    return weights if len(weights) == len(read) else None


def weights_example(dimension: Dimension) -> str:
    """Return how weights of members are written."""
    ends = dimension.members[0], dimension.members[-1]
    first, last = (member if _BARE.fullmatch(member) else f'"{member}"' for member in ends)
    return f"weights = {{ {first} = 0.3, {last} = 0.7 }}"


def is_weights(value: object) -> bool:
    """Return whether something is the weights of a choice's members, and not one table or list of them a member."""
    return not isinstance(value, dict) or not any(isinstance(one, dict | list) for one in value.values())


def read_correlations(top: Fields) -> tuple[Correlation, ...]:
    """Return the correlations of a model, from its top table; what is wrong with one is noted, and it is left out."""
    given = top.table.get("correlations", [])
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        message = f"'correlations' is {kind_of(given)} and must be a list of tables"
        top.complain("type", message, "correlations", "begin each pair with [[correlations]], in double brackets")
        return ()
    if len(given) > _MOST_CORRELATIONS:
        top.complain("size", f"the model has more than {_MOST_CORRELATIONS:,} correlations", "correlations", "split it")
        return ()
    read = [_correlation(entry) for _, entry in top.tables("correlations")]
    return tuple([one for one in read if one is not None])


def _correlation(table: Fields) -> Correlation | None:
    table.only("a correlation", CORRELATION_KEYS)
    between, rank = _between(table), table.number("rank")
    if "rank" not in table.table:
        table.complain("missing-key", "a correlation has no 'rank'", None, "say how close: rank = 0.6, or less than 0")
    elif rank is not None and abs(rank) >= 1:
        message = f"'rank' is {rank}, and a rank correlation lies between -1 and 1"
        hint = "what always moves together is one input, or one of the two is a formula of the other"
        if 1 < abs(rank) < 100:  # noqa: PLR2004  # as percent
            hint = f"it is no percentage: write {rank / 100:f} for {rank} percent"
        table.complain("number", message, "rank", hint)
        rank = None
    sources, note = table.texts("source"), table.text("note")
    if between is None or rank is None:
        return None
    return Correlation(between, rank, table.path, sources, note)


def _between(table: Fields) -> tuple[str, str] | None:
    """Return the two names that go together, members in brackets as a cell's name has them; None where they are not."""
    given = table.table.get("between")
    hint = 'name the two inputs: between = ["price", "demand"]'
    if given is None:
        table.complain("missing-key", "a correlation has no 'between'", None, hint)
        return None
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        table.complain("type", f"'between' is {kind_of(given)} and must be a list of two texts", "between", hint)
        return None
    if len(given) != 2:  # noqa: PLR2004  # a pair
        hint = "correlate them pair by pair, each in a table [[correlations]]" if len(given) > 2 else hint  # noqa: PLR2004
        table.complain("type", f"'between' names {len(given)} inputs and must name two", "between", hint)
        return None
    first, second = map(_name, given)
    return first, second


def _name(text: str) -> str:
    """Return a name in the form of a cell's: ``price[DE, 2026]``, without quotes around members."""
    parts = _PICKED.fullmatch(text.strip())
    if parts is None:
        return text.strip()
    members = [member.strip().strip("\"'") for member in compose(parts["members"]).split(",")]
    return cell_id(parts["id"].strip(), members)


def read_decisions(top: Fields) -> tuple[Decision, ...]:
    """Return the decisions of a model, from their table; what is wrong with one is noted, and it is left out."""
    if len(top.table) > _MOST_DECISIONS:
        top.complain("size", f"the model has more than {_MOST_DECISIONS} decisions", None, "split it")
        return ()
    read = [_decision(name, table) for name, table in top.children()]
    return tuple([decision for decision in read if decision is not None])


def _decision(name: str, table: Fields) -> Decision | None:
    """Return a decision; None where it is wrong, which is noted."""
    if not ID.fullmatch(name):
        table.complain("id", f"'{shortened(name)}' cannot be an id", None, id_hint(name))
    what = f"the decision '{shortened(name)}'"
    table.only(what, DECISION_KEYS)
    options = _options(table, what)
    needed = {"value": 'name the output that it is decided by: value = "profit"',
              "goal": 'write goal = "max", or "min" for a cost'}  # fmt: skip
    if "choice" not in table.table:
        needed["options"] = 'list members of a choice, or scenarios: options = ["wait", "buy"]'
    for key, hint in needed.items():
        if table.table.get(key, "") == "":
            table.complain("missing-key", f"{what} has no '{key}'", None, hint)
    decision = Decision(
        id=name,
        label=table.text("label", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize(),
        options=options or (),
        value=_name(table.text("value", longest=LONGEST_LABEL)),
        goal=table.choice("goal", GOALS),
        choice=table.text("choice", longest=LONGEST_LABEL),
        note=table.text("note"),
    )
    is_whole = decision.value and decision.goal and options is not None and (options or decision.choice)
    return decision if is_whole else None


def _options(table: Fields, what: str) -> tuple[str, ...] | None:
    """Return the options by name, () where none are listed; None where the list is wrong, which is noted."""
    given: Any = table.table.get("options", [])
    is_list = isinstance(given, list)
    if not is_list or not all(isinstance(one, str | int | Decimal) and not isinstance(one, bool) for one in given):
        hint = 'write options = ["wait", "buy"]'
        table.complain("type", f"'options' of {what} is {kind_of(given)} and must be a list of names", "options", hint)
        return None
    names = tuple(map(str, given))
    if "options" in table.table and not 2 <= len(names) <= _MOST_OPTIONS:  # noqa: PLR2004  # as it says
        message = f"{what} has {len(names)} option{'s' * (len(names) != 1)}, and needs two to {_MOST_OPTIONS}"
        table.complain("decision", message, "options", "list what may be chosen between")
        return None
    for number, one in enumerate(names):
        if one in names[:number]:
            table.complain("decision", f"{what} lists the option '{shortened(one)}' twice", "options", "list it once")
            return None
    return names
