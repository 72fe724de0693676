"""Cover: what the model says, the scenario it says it in, and whether to believe it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from math import ceil
from pathlib import PurePath
from textwrap import wrap

from engine.plan.outputs import Output, outputs
from engine.plan.plan import Case
from engine.problems import printable
from exports.style.words import unit_or_number
from exports.workbook.formulas.references import References
from exports.workbook.layout import headings
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import (
    CHOICE_ROW,
    GRID,
    HEADER_ROW,
    LABEL,
    LIVE,
    NAME,
    POSITION_ROW,
    WORDS,
    choice,
    text_height,
)
from exports.workbook.layout.grid import Sheet, SheetCell, SheetLine, Typing
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, band, heading, letter_row, top
from exports.workbook.sheets.registry import registry_total

_CONTENTS = (
    ("Inputs", "Every assumption with unit, source and range; one column a scenario. What is typed is typed here."),
    ("Data", "Assumptions like those on Inputs, of many values each, that stand in files."),
    ("Model", "The calculation: one formula a row, and the same formula in words."),
    ("Cases", "Working: the model once more for each scenario, end of a range, and mixture of two of either."),
    ("Draws", "Working: what is drawn, from which distributions, and the probabilities of each trial."),
    ("Trials", "Working: the model once more in each trial."),
    ("Scenarios", "The outputs of every scenario side by side, charts, and what each change adds from one to another."),
    ("Sensitivity", "How much each assumption matters to an output of your choice: swings, elasticities, two at once."),
    ("Uncertainty", "How outputs are spread, how likely checks fail and figures are passed, and what drives them."),
    ("Checks", "Statements that must hold, and the figures that sources print beside this model's."),
    ("Sources", "Where the figures come from."),
    ("Changes", "What changed since an earlier version, by whom, and what it does to the outputs."),
    ("Registry", "Where each input stands in the model's text, and which were changed since export."),
)
_OF_OUTPUTS = frozenset({"Scenarios", "Sensitivity", "Cases"})
_OF_DRAWS = frozenset({"Draws", "Trials", "Uncertainty"})
_USE = (
    "1.  Choose a scenario above, or type over blue figures on Inputs: every number and every chart follows.",
    "2.  Read Scenarios for the comparison and the charts, and Sensitivity for what matters most.",
    "3.  Before you quote a figure, see the bar on top of each sheet: it says whether every check holds.",
    "4.  Send the file back when you have changed it: Registry lists each change, with its place in the model's text.",
)
_KEY = (
    ("input", "An assumption: type over it"),
    ("inherited", "Taken over from another scenario; a number typed here becomes this scenario's own"),
    ("live", "The value of the live scenario"),
    ("calculation", "A formula: do not type here (sheets are protected, without a password)"),
    ("linked", "The same as a cell of another sheet"),
    ("actual", "A value given on Inputs, before the formula of its row takes over"),
    ("constant", "A constant: the size of a unit, or a printed figure"),
)
_LIMITATIONS = (
    "Sensitivity moves one input at a time, within its range. Published figures are judged in their own scenario alone."
)
_SAMPLE = "1,234"
_SURE = "How sure they are"
_WIDTH = 28
_LAST = GRID
# Long texts run on over the columns to the right, and so are cut into lines that these hold.
_RUNNING = 140
_CARD_HEIGHT = 38.0
_ONE_PAGE = 90


def cover(book: Book) -> Sheet:
    """Return the first sheet."""
    cell = choice().split("!")[1].replace("$", "")
    message = "Choose one of the scenarios in the list."
    typing = [Typing(cell, "list", choices=book.layout.scenario_labels, message=message)]
    widths = {1: 2.0, **dict.fromkeys(range(LABEL, _LAST + 1), float(_WIDTH))}
    lines = list(_lines(book))
    # One page, as long as that is legible.
    high = 1 if lines[-1][0] <= _ONE_PAGE else 0
    return Sheet("Cover", widths, iter(lines), typing=typing, tab="1F3864", freeze=f"A{HEADER_ROW}",
                 pages_high=high, is_portrait=True)  # fmt: skip


def _purpose(book: Book) -> str:
    return " ".join(book.results.plan.model.purpose.split())


def _sure(book: Book) -> list[SheetLine]:
    """Return the lines that tell how sure the results are; none where nothing is drawn."""
    if book.trials is None:
        return []
    from exports.workbook.parts.uncertainty.sureness import sureness  # noqa: PLC0415  # scipy takes a third of a second

    return [SheetLine({**band("running", _LAST), **cells}) for cells in sureness(book)]


def _beside_sure() -> tuple[str, dict[int, str]]:
    """Return what stands beside their heading."""
    from exports.workbook.parts.uncertainty.sureness import NOTE, TITLES  # noqa: PLC0415  # as above

    return NOTE, TITLES


def _lines(book: Book) -> Iterator[Numbered]:
    plan = book.results.plan
    yield from top(book, "Cover", _purpose(book), _LAST)
    yield heading(HEADER_ROW, "Scenario", _LAST)
    yield from _scenario(book)
    number = POSITION_ROW + 2
    missing = {
        *(() if book.layout.data else ("Data",)),
        *(() if book.cases.outputs else _OF_OUTPUTS),
        *(() if book.trials else _OF_DRAWS - ({"Uncertainty"} if book.without_trials else set())),
        *(("Changes",) if book.stamp.changes is None else ()),
    }
    names = [entry for entry in _CONTENTS if entry[0] not in missing]
    key = [entry for entry in _KEY if entry[0] != "actual" or any(row.given for row in plan.rows)]
    for title, lines in (
        ("Headline results", list(_cards(book))),
        (_SURE, _sure(book)),
        ("About this model", list(_about(book))),
        ("How to use it", [_line(SheetCell(text, "plain")) for text in _USE]),
        ("Contents", [_line(SheetCell(name, "link", link=f"{name}!B1"), text) for name, text in names]),
        ("State of the model", list(_state(book))),
        ("Scenarios in the list", [line for case in plan.cases for line in _scenario_note(case)]),
        ("Colour key", [_line(SheetCell(_SAMPLE, f"{style}_sample"), text) for style, text in key]),
        ("This workbook", [_line(SheetCell(label, "plain"), text) for label, text in _facts(book)]),
    ):
        if not lines:
            continue
        yield heading(number, title, _LAST, *(_beside_sure() if title == _SURE else ()))
        for index, line in enumerate(lines, 1):
            yield number + index, line
        number += len(lines) + 2


def _line(
    first: SheetCell, text: str = "", more: Mapping[int, SheetCell] | None = None, tall: float | None = None
) -> SheetLine:
    """Return a line whose text runs on to the right; the line below it does too."""
    return SheetLine({**band("running", _LAST), LABEL: first, NAME: SheetCell(text, "running"), **(more or {})}, tall)


def _scenario(book: Book) -> Iterator[Numbered]:
    plan, case = book.results.plan, book.results.case
    index = plan.cases.index(case) + 1
    # As text, so that a scenario named 2026 stays a name when it is chosen.
    chosen = {LIVE: SheetCell(case.label, "choice", "@")}
    # Whichever is chosen has room.
    tall = max(24.0, *[text_height(other.label, "choice", _WIDTH) for other in plan.cases])
    text = "Choose from the list: every number here follows."
    yield CHOICE_ROW, _line(SheetCell("Live scenario", "plain"), text, chosen, tall)
    formula = f"=MATCH({choice().split('!')[1]},{book.layout.scenario_labels},0)"
    found = {LIVE: SheetCell(index, "calculation", "0", formula=formula)}
    text = "Found from the choice; inputs pick their values by it."
    yield POSITION_ROW, _line(SheetCell("Its place in the list", "plain"), text, found)


def _scenario_note(case: Case) -> Iterator[SheetLine]:
    note = " ".join(case.note.split()) or ("The values as written." if case.is_base else "")
    label = case.label
    for text in wrap(note, _RUNNING) or [""]:
        yield _line(SheetCell(label, "label"), text)
        label = ""


def _cards(book: Book) -> Iterator[SheetLine]:
    """Yield the headline results as cards: label, value, unit, and the way to its formula, beside each other."""
    shown = outputs(book.results.plan)
    if not shown:
        yield SheetLine({LABEL: SheetCell("The model computes nothing yet.", "plain")})
        return
    # As many in each row, so that the last row is no leftover.
    rows = ceil(len(shown) / (_LAST - LABEL + 1))
    beside = ceil(len(shown) / rows)
    for first in range(0, len(shown), beside):
        cards = [_card(book, output) for output in shown[first : first + beside]]
        for part, high in enumerate((20.0, _CARD_HEIGHT, 15.0, 15.0)):
            yield SheetLine({LABEL + index: card[part] for index, card in enumerate(cards)}, high)
        if first + beside < len(shown):
            yield SheetLine({}, 9.0)


def _card(book: Book, output: Output) -> tuple[SheetCell, ...]:
    plan, row = book.results.plan, output.row
    references = References(book.layout, "Cover")
    reference, place = references.output(output), references.cell(output.row.id, output.indices(plan))
    value: float | str = output.value(plan, book.results.values)
    shown, unit = book.format(row), unit_or_number(row.unit.text)
    if is_choice(row):
        block = book.layout.typed_block(row)
        reference = place = references.value(block, output.indices(plan))
        value, shown, unit = book.typed(row, float(value)), book.input_format(row), "chosen"
    where = "Its formula ›" if row.is_computed else "Its source ›"
    return (
        SheetCell(output.label, "card_label"),
        SheetCell(value, "card_value", shown, formula=f"={reference}"),
        SheetCell(unit, "card_unit"),
        SheetCell(where, "card_link", link=place.replace("$", "")),
    )


def _about(book: Book) -> Iterator[SheetLine]:
    """Yield what the model says of itself, and where it does not what the repository knows."""
    model, stamp = book.results.plan.model, book.stamp
    for label, texts in (
        ("Purpose", (model.purpose,)),
        (headings.AUTHOR, (", ".join(model.author) or stamp.author,)),
        ("Version", (model.version,)),
        (headings.DATE, (model.date or stamp.date,)),
        ("Limitations", model.limitations),
    ):
        first = label
        for line in [line for text in texts for line in wrap(printable(" ".join(text.split())), _RUNNING)]:
            yield _line(SheetCell(first, "plain"), line)
            first = ""


def _state(book: Book) -> Iterator[SheetLine]:
    rows = (
        ("fails", "Checks that fail", book.fails, "See Checks"),
        ("changed", "Inputs changed since export", 0, "See Registry"),
        ("reproduced", "Published figures reproduced in this scenario", book.count("reproduced"), "See Checks"),
        ("disputed", "Published figures disputed, each with the reason", book.count("disputed"), "See Checks"),
    )
    for name, label, value, text in rows:
        # From where it is counted: Checks shows the count of Registry.
        source = registry_total(book, name) if name == "changed" else f"Checks!{letter_row(name)}"
        counted = SheetCell(value, "calculation" if source else "constant", "0", formula=f"={source}" if source else "")
        see = SheetCell(text, "link_words", link=f"{text.split()[1]}!B1")
        yield _line(SheetCell(label, "plain"), more={LIVE: counted, WORDS: see})


def _facts(book: Book) -> Iterator[tuple[str, str]]:
    model = book.results.plan.model
    # What the model says of itself stands above.
    if not model.purpose:
        yield "Purpose", _purpose(book) or "Not stated in the model."
    yield "Limitations", _LIMITATIONS
    if not (model.author or book.stamp.author):
        yield "Author and date", "Those of the model file, whose history says who changed what and when."
    yield headings.FILE, printable(PurePath(model.document.name).name)
    yield headings.HASH, model.content_hash
    if book.stamp.revision:
        yield headings.REVISION, book.stamp.revision
    yield headings.MADE_BY, made_by()


def made_by() -> str:
    """Return which version of Plainsheet makes a workbook."""
    try:
        return f"Plainsheet {version('plainsheet')}"
    except PackageNotFoundError:
        return "Plainsheet from its source"
