"""What an author does to the text of a model: small edits, right and wrong ones, at random places."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

_HEADER = re.compile(r"^\[+([^\]]+)\]+$", re.MULTILINE)
_NUMBERS = ["0", "1", "2.50", "2.5", "-3", "0.25", "1e3", "1000", "true", '"x"']
_UNITS = ["1", "percent", "day", "hour", "EUR", "kEUR", "box", "box/day", "nonsense"]
_RESERVED = ("model", "units", "sources", "dimensions", "scenarios", "checks", "charts", "correlations", "decisions")


def edits(text: str, seed: int, count: int) -> Iterator[str]:
    """Yield the text after each of several edits."""
    chance = random.Random(seed)  # noqa: S311  # an edit, and no secret
    for _ in range(count):
        text = chance.choice(_EDITS)(text, chance)
        yield text


def _blocks(text: str) -> list[str]:
    starts = [0, *[found.start() for found in _HEADER.finditer(text)], len(text)]
    return [text[start:end] for start, end in pairwise(starts)]


def _path(block: str) -> str:
    found = _HEADER.match(block)
    return found[1] if found else ""


def _quantities(blocks: list[str]) -> list[int]:
    return [n for n, block in enumerate(blocks) if (path := _path(block)) and path.split(".")[0] not in _RESERVED]


def _ids(text: str) -> list[str]:
    blocks = _blocks(text)
    return [_path(blocks[n]).split(".")[-1] for n in _quantities(blocks)]


def _in_line(key: str, change: Callable[[str, random.Random, str], str]) -> Callable[[str, random.Random], str]:
    """Return an edit of what stands behind a key, at one of the places where it stands."""
    line = re.compile(rf"^({key})(\s*=\s*)(.+)$", re.MULTILINE)

    def edit(text: str, chance: random.Random) -> str:
        found = list(line.finditer(text))
        if not found:
            return text
        one = chance.choice(found)
        return text[: one.start(3)] + change(one[3], chance, text) + text[one.end(3) :]

    return edit


def _number(old: str, chance: random.Random, _text: str) -> str:
    numbers = list(re.finditer(r"-?\d[\d_]*(\.\d+)?", old))
    if not numbers:
        return chance.choice(_NUMBERS)
    one = chance.choice(numbers)
    return old[: one.start()] + chance.choice(_NUMBERS) + old[one.end() :]


def _name(old: str, chance: random.Random, text: str) -> str:
    """Put another name, a literal or a name that is not there in place of one that a formula uses."""
    names = list(re.finditer(r"[a-z_][a-z0-9_]*\b(?!\()", old))
    if not names:
        return old
    one = chance.choice(names)
    return old[: one.start()] + chance.choice([*_ids(text), "3.5", "2", "nowhere"]) + old[one.end() :]


def _more(old: str, chance: random.Random, text: str) -> str:
    id_ = chance.choice(_ids(text) or ["x"])
    wrapped = chance.choice(["({0}) * 1", "{0} + 0 * {1}", "({0}) * {1} / {1}", "sum({1})", "{0} + 7", "mean({0} * 2)"])
    return f'"{wrapped.format(old.strip(chr(34)), id_)}"'


def _unit(_old: str, chance: random.Random, _text: str) -> str:
    return f'"{chance.choice(_UNITS)}"'


def _members(old: str, chance: random.Random, _text: str) -> str:
    names = re.findall(r'"[^"]*"', old)
    if not names:
        return old
    changed = chance.choice([[*names, '"new one"'], names[1:], names[::-1], ['"another"', *names[1:]]])
    return f"[{', '.join(changed)}]"


def _delete(text: str, chance: random.Random) -> str:
    blocks = _blocks(text)
    if quantities := _quantities(blocks):
        del blocks[chance.choice(quantities)]
    return "".join(blocks)


def _copy(text: str, chance: random.Random) -> str:
    """Add a quantity like another, here or at the end; now and then with an id that is taken."""
    blocks = _blocks(text)
    if not (quantities := _quantities(blocks)):
        return text
    number = chance.choice(quantities)
    path = _path(blocks[number])
    name = chance.choice([f"{path}_more", f"{path}_more", f"s.added_{chance.randrange(99)}", path])
    copied = "\n" + blocks[number].replace(f"[{path}]", f"[{name}]", 1)
    blocks.insert(chance.choice([number, number + 1, len(blocks)]), copied)
    return "".join(blocks)


def _move(text: str, chance: random.Random) -> str:
    blocks = _blocks(text)
    if not (quantities := _quantities(blocks)):
        return text
    number = chance.choice(quantities)
    block = blocks.pop(number)
    if not block.endswith("\n"):
        block += "\n"
    if chance.random() < 0.5:
        path = _path(block)
        block = block.replace(f"[{path}]", f"[elsewhere.{path.split('.')[-1]}]", 1)
    blocks.insert(chance.randrange(1, len(blocks) + 1), block)
    return "\n".join(one.strip("\n") for one in blocks) + "\n"


def _rename(text: str, chance: random.Random) -> str:
    ids = _ids(text)
    if not ids:
        return text
    one = chance.choice(ids)
    return re.sub(rf"\b{re.escape(one)}\b", f"{one}_named", text)


def _append(made: Callable[[random.Random, list[str]], str]) -> Callable[[str, random.Random], str]:
    """Return an edit that writes something more to the end."""
    return lambda text, chance: f"{text.rstrip()}\n\n{made(chance, _ids(text) or ['x'])}\n"


def _scenario(chance: random.Random, ids: list[str]) -> str:
    key = chance.choice(["set", "scale"])
    return (
        f'[scenarios.case_{chance.randrange(99)}]\nlabel = "Case {chance.random()}"\n{key}.{chance.choice(ids)} = 1.25'
    )


def _check(chance: random.Random, ids: list[str]) -> str:
    a, b = chance.choice(ids), chance.choice(ids)
    test = chance.choice([f"{a} >= {a}", f"{a} <= {b}", f"sum({a}) == sum({a})", f"abs({a}) >= 0", f"{a} + 3.5 > {b}"])
    return f'[checks.check_{chance.randrange(99)}]\ntest = "{test}"'


def _chart(chance: random.Random, ids: list[str]) -> str:
    return f'[charts.chart_{chance.randrange(99)}]\nkind = "tornado"\ntitle = "Chart"\nof = "{chance.choice(ids)}"'


def _correlation(chance: random.Random, ids: list[str]) -> str:
    return f'[[correlations]]\nbetween = ["{chance.choice(ids)}", "{chance.choice(ids)}"]\nrank = 0.5\nnote = "x"'


def _own_unit(chance: random.Random, ids: list[str]) -> str:
    return f'[s.unit_{chance.randrange(99)}]\nlabel = "In a unit"\nunit = "{chance.choice(_UNITS)}"\nformula = "{chance.choice(ids)}"'


def _at_key(text: str, chance: random.Random) -> str:
    """Write a key into a quantity, or leave one out."""
    blocks = _blocks(text)
    if not (quantities := _quantities(blocks)):
        return text
    number = chance.choice(quantities)
    lines = blocks[number].rstrip("\n").split("\n")
    if chance.random() < 0.3 and len(lines) > 2:
        del lines[chance.randrange(1, len(lines))]
    else:
        keys = ["min = 0", "max = 1000", "whole = true", 'note = "why"', "range = [0, 100]", 'source = "none"']
        keys += [
            'distribution = "normal"',
            'rollup = "last"',
            'rollup = "sum"',
            "published = [{ value = 1, source = 'x' }]",
        ]
        lines.append(chance.choice(keys))
    blocks[number] = "\n".join(lines) + "\n\n"
    return "".join(blocks)


def _declared(text: str, _chance: random.Random) -> str:
    return text.replace("[units]\n", '[units]\nthing = "[thing]"\n', 1)


_EDITS: list[Callable[[str, random.Random], str]] = [
    *[_in_line("value(?:\\.\\S+)?", _number)] * 3,
    *[_in_line("formula(?:\\.\\S+)?|solve|test", _name)] * 3,
    *[_in_line("formula(?:\\.\\S+)?", _more)] * 2,
    _in_line("unit", _unit),
    _in_line("label|note|title", lambda old, chance, _: f'"{old.strip(chr(34))} {chance.randrange(9)}"'),
    _in_line("members", _members),
    _in_line("from|to", _number),
    _delete,
    *[_copy] * 2,
    *[_move] * 2,
    _rename,
    *[_at_key] * 2,
    _declared,
    *[_append(made) for made in (_scenario, _check, _chart, _correlation, _own_unit)],
]
