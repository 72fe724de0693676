"""Keys and values that a hint spells: written in the place of those that are there, or on a line of their own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Final

from engine.problems import KeyPath
from engine.text.edits import Edit, quoted
from plainsheet.editor.answers.fixes.names import renamed_here, spelled_right
from plainsheet.editor.answers.fixes.site import Candidate, Site, in_words

# What a hint shows as an example: nobody means these very values.
_EXAMPLES: Final = (
    "...", "= 0.3", "3.14159", '"1.1 EUR"', '"2028-12"', 'between = ["price"', 'column = "price"',
    "from = 2026 and to = 2030", 'map = { DE = "Europe"', 'members = ["A"', 'of = "month"', 'options = ["wait", "buy"]',
    "rank = 0.6", "scale.price = ", "set.price = ", 'solve = "left == right"', 'test = "a <= b"',
    'test = "loaves >= 500"', 'value = "profit"', "values = [1, 2]", "values = [5, 6, 7]",
    "weights = [0.2, 0.5, 0.3]", 'y = "price"', 'y = "sales"',
)  # fmt: skip
_KEY: Final = r"[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_-]+|\.\"[^\"]*\")*|[A-Za-z]\w*"
_ASSIGNMENT: Final = re.compile(rf"(?P<key>{_KEY}) = ")
_VALUE: Final = re.compile(r"""\[[^\]]*\]|\{[^}]*\}|"(?:[^"\\]|\\.)*"|[-+]?\d[\w.+-]*|true|false""")
# As in "sum" for a flow, "last" for a stock or "mean" for a rate.
_ANOTHER: Final = re.compile(r"(?: for an? \w+)?(?:,| or|, or) (?=[\"\[\d+-])")
_TOGETHER: Final = re.compile(r"(?:,| and|, and) ")

_MOST_SOURCES: Final = 3
# On a line of its own the bracket of a header is near.
_HEADER: Final = re.compile(r"^[ \t]*\[+[ \t]*$")
_CLOSED: Final = re.compile(r"[ \t]*\]+")

Setting = tuple[str, str]


def settings(hint: str) -> Iterator[Sequence[Setting]]:
    """Yield what a hint says to write, a choice at a time: keys with their values, of which several go together."""
    group: list[tuple[str, list[str]]] = []
    end = 0
    for found in _ASSIGNMENT.finditer(hint):
        if group and not _TOGETHER.fullmatch(hint[end : found.start()]):
            yield from _choices(group)
            group = []
        values, end = _values(hint, found.end())
        group.append((found["key"], values))
    yield from _choices(group)


def _choices(group: Sequence[tuple[str, list[str]]]) -> Iterator[Sequence[Setting]]:
    match group:
        case [(key, values)]:
            yield from [((key, value),) for value in values]
        case [_, _, *_] if all(values for _, values in group):
            yield [(key, values[0]) for key, values in group]


def _values(hint: str, at: int) -> tuple[list[str], int]:
    """Return the values of a key that a hint lets one choose between, and where they end."""
    found: list[str] = []
    while (value := _VALUE.match(hint, at)) is not None and _is_toml(value.group().rstrip(".")):
        found.append(value.group().rstrip("."))
        at = value.start() + len(found[-1])
        if (another := _ANOTHER.match(hint, at)) is None:
            break
        at = another.end()
    return found, at


def _is_toml(value: str) -> bool:
    try:
        tomllib.loads(f"it = {value}")
    except tomllib.TOMLDecodeError:
        return False
    return True


def written_out(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write what the hint spells, at the place that it tells."""
    for group in settings(site.hint):
        told = " and ".join(f"{key} = {value}" for key, value in group)
        if any(example in told for example in _EXAMPLES):
            continue
        for table in dict.fromkeys(_tables(site, group[0][0])):
            values = [((*table, *_parts(key)), value) for key, value in group]
            is_around = table == site.path[: len(table)]
            title = f"Write {told}" if is_around else f"Write {told} for '{table[-1]}'"
            yield from site.setting(values, title)
            if is_around and site.path not in dict(values):
                yield from site.setting(values, title, without=site.path)


def _parts(key: str) -> KeyPath:
    return tuple(part.strip('"') for part in re.findall(r'"[^"]*"|[^.]+', key))


def _tables(site: Site, key: str) -> Iterator[KeyPath]:
    """Yield the tables that a key may be meant in: those that are told, else those around the place of the problem."""
    if told := list(_told_tables(site)):
        yield from told
        return
    first = _parts(key)[0]
    tables = {*site.places.headers, *site.places.tables, *[one.path[:-1] for one in site.places.statements]}
    paths = [site.path[:end] for end in range(len(site.path), 0, -1)]
    yield from [path[:-1] for path in paths if path[-1] == first]
    yield from [path for path in paths if path in tables]


def _told_tables(site: Site) -> Iterator[KeyPath]:
    """Yield the tables that a hint names, or the message for it."""
    if told := re.search(r"\[(?P<table>[a-z_]+(?:\.[a-z_0-9]+)?)\]", site.hint):
        yield from [tuple(told["table"].split("."))] if "." in told["table"] else _paths_of(site, told["table"])
    if "beside 'file'" in site.hint:
        yield from _data_tables(site)
    if named := re.search(r"\bgive '(?P<name>\w+)' ", site.hint):
        yield from _paths_of(site, named["name"])
    elif (
        re.search(r"declare the dimension|declare rollup|rollup = \"sum\" for", site.hint)
        or site.problem.code == "correlation"
    ):
        for name in dict.fromkeys(site.quoted):
            if name not in site.path:
                yield from _paths_of(site, name)


def _paths_of(site: Site, name: str) -> Iterator[KeyPath]:
    """Yield where a quantity, a dimension or a table is declared by its name."""
    model = site.reading.model
    if model is None:
        return
    if name in model.by_id:
        yield model.by_id[name].path
    if name in model.dimension:
        yield "dimensions", name
    if (name,) in site.places.headers:
        yield (name,)


def _data_tables(site: Site) -> Iterator[KeyPath]:
    if site.path[:1] == ("data",):
        yield site.path[:2]
    elif (written := site.written(site.path)) is not None:
        yield "data", written.text


def in_place(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write other values in the place of one."""
    span = site.value(site.path)
    if span is None or site.path[-1] in {"formula", "solve", "test"}:
        return
    for value in re.findall(r'"[^"]*"|-?\d[\d_.e+-]*', found["values"]):
        if site.text[span[0]] == "[":
            entries = [place for path, place in site.places.values.items() if path[:-1] == site.path]
            yield from [site.replaced(one, value) for one in entries if site.text[slice(*one)][1:-1] == value]
            for wrong in site.quoted:
                yield from renamed_here(site, wrong, value.strip('"'))
        else:
            yield site.replaced(span, value.rstrip("."))


def counted(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes both ends of what is counted without quotes."""
    ends = [((*site.path[:-1], key), site.written((*site.path[:-1], key))) for key in ("from", "to")]
    yield from site.setting([(path, one.text) for path, one in ends if one and one.text.isdigit()])


def with_unit(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes a number with its unit."""
    yield from site.setting([(site.path, found["value"]), ((*site.path[:-1], "unit"), quoted(found["unit"]))])


def one_of(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write each of what may stand at a place, of what is there the likeliest first."""
    names = re.findall(r"'([^']*)'", found["names"])
    if missing := re.search(r"has no '(\w+)'$", site.message):
        for name in names:
            yield from site.setting([((*site.path, missing[1]), quoted(name))])
    else:
        yield from spelled_right(site, found)


def run_begun(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that says where a list of values starts."""
    span = site.value(site.path)
    if span is not None and site.text[span[0]] == "[":
        yield site.replaced(
            span, f"{{ from = {found['start']}, list = {site.text[slice(*span)]} }}", f"Begin from {found['start']}"
        )


def axis(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that say what a chart runs along: the scenarios, or a dimension."""
    dimensions = site.reading.model.dimensions if site.reading.model else ()
    for name in ("scenario", *[one.id for one in dimensions]):
        yield from site.setting([((*site.path, "x"), quoted(name))])


def listed_texts(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write one text with commas as a list: of texts, or of numbers."""
    for path in (site.path, site.path[:-1]):
        written, span = site.written(path), site.value(path)
        if written is not None and span is not None:
            parts = [part.strip() for part in written.text.split(",")]
            yield site.replaced(span, f"[{', '.join(parts)}]")
            yield site.replaced(span, f"[{', '.join(map(quoted, parts))}]")


def members_quoted(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes members which are numbers in quotes."""
    entries = [place for path, place in site.places.values.items() if path[:-1] == site.path]
    edits = [Edit(*one, quoted(site.text[slice(*one)])) for one in entries if site.text[one[0]] != '"']
    yield Candidate("Write the members in quotes", tuple(edits))


def exchanged(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that exchanges the two ends of what goes from one to another."""
    table = site.path[:-1]
    for low, high in (("from", "to"), ("min", "max")):
        spans = [site.value((*table, key)) for key in (low, high)]
        if spans[0] is not None and spans[1] is not None:
            texts = [site.text[slice(*span)] for span in spans if span is not None]
            yield from site.setting(
                [((*table, low), texts[1]), ((*table, high), texts[0])], f"Exchange '{low}' and '{high}'"
            )


def numbers_replaced(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes a list of numbers in the place of another."""
    span = site.value(site.path)
    if span is None:
        return
    new = iter(re.findall(r"[\d.e-]+\d|\d", found["numbers"]))
    old = site.text[slice(*span)]
    yield site.replaced(span, re.sub(r"-?\d[\d.]*", lambda one: next(new, one.group()), old))


def missing_text(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that gives a label or a title, which is the name in words until somebody writes another."""
    name = str(site.path[-1]) if len(site.path) > 1 else site.file
    yield from site.setting([((*site.path, found["key"]), quoted(in_words(name)))])


def missing_source(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that say where an assumption is from: our own, or one of the sources."""
    path = (*site.path, "note")
    yield from site.setting([(path, quoted("our assumption"))])
    model = site.reading.model
    for source in model.sources[:_MOST_SOURCES] if model else ():
        yield from site.setting([((*site.path, "source"), quoted(source.id))])


def missing_over(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that say over what values by member are, for each dimension that has such members."""
    model = site.reading.model
    if model is None:
        return
    owner = next(
        (model.by_id[name].path for name in map(str, reversed(site.path)) if name in model.by_id), site.path[:-1]
    )
    for table in dict.fromkeys((owner, site.path[:-1], site.path)):
        for dimension in model.dimensions:
            yield from site.setting([((*table, "over"), quoted(dimension.id))])


def bracketed(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes the headers of tables with single or with double brackets."""
    told = f"{found['open']}{found['name']}{found['close']}"
    edits = []
    for path, (start, end) in site.places.keys:
        begin = site.text.rfind("\n", 0, start) + 1
        before = _HEADER.match(site.text[begin:start])
        after = _CLOSED.match(site.text, end)
        if path in {site.path[:1], (*site.path[:1], 0)} and before and after:
            edits.append(Edit(begin, after.end(), told))
    yield Candidate(f"Write {told}", tuple(edits))


def listed_output(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that lists a quantity among the outputs."""
    name = str(site.path[-1])
    last = [span for path, span in site.places.values.items() if path[:2] == ("model", "outputs")]
    if last:
        yield site.replaced((last[-1][1], last[-1][1]), f', "{name}"', f"List '{name}' in model.outputs")
    else:
        yield from site.setting([(("model", "outputs"), f'["{name}"]')], f"List '{name}' in model.outputs")
