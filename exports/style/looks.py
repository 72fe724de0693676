"""How cells look: a table of plain values, so that one place decides and no library is needed to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

NAVY, BLUE, PALE, GREY, LINE = "1F3864", "2F75B5", "EAF1FB", "6B6B6B", "D0D7E2"
YELLOW, GOLD = "FFF8E1", "D9B44A"
# Fonts that Excel, LibreOffice and Google Sheets all have, or have one of the same widths for.
FONT, MONOSPACED = "Arial", "Courier New"
# Colours of charts: told apart by the colour-blind, and in grey by their brightness.
PLANNED: Final = "A6A6A6"
CURVES: Final = (
    NAVY,
    "C8590A",
    "74ADD1",
    "4D4D4D",
    "B2ABD2",
    "FDB863",
    BLUE,
    "A6761D",
    "BABABA",
    "1B7837",
    "C51B7D",
    GOLD,
)
LOW_END, HIGH_END = "9DC3E6", NAVY
WHOLE, RISE, FALL = NAVY, "74ADD1", "C8590A"


@dataclass(frozen=True, slots=True)
class Look:
    """One style of cell. Colours are RRGGBB.

    `edges` is a colour for all four sides, `under` for the lower one, `bar` for a thick one on the left.
    """

    size: int = 10
    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = "222222"
    font: str = FONT
    fill: str = ""
    edges: str = ""
    under: str = ""
    across: str = "left"
    wrap: bool = False
    indent: int = 0
    shrink: bool = False
    unlocked: bool = False
    bar: str = ""


_NUMBER: Final = Look(across="right", under=LINE)
_BAND: Final = Look(colour="FFFFFF", fill=NAVY)
_BAR: Final = Look(fill="F2F4F8", colour=NAVY, bold=True)
_CARD: Final = Look(fill=PALE, bar=NAVY, indent=1)
_INPUT: Final = Look(across="right", colour="0000FF", fill=YELLOW, edges=GOLD)

_LOOKS: Final[Mapping[str, Look]] = {
    "title": replace(_BAND, size=18, bold=True),
    "title_long": replace(_BAND, size=12, bold=True),
    "subtitle": replace(_BAND, colour="C9D6EC", italic=True),
    "bar": _BAR,
    "bar_link": replace(_BAR, bold=False, colour="0563C1", underline=True, indent=1),
    "master": _BAR,
    "header": Look(colour="FFFFFF", fill=BLUE, bold=True, wrap=True),
    "header_words": Look(colour="FFFFFF", fill=BLUE, bold=True, wrap=True, indent=1),
    "header_number": Look(colour="FFFFFF", fill=BLUE, bold=True, wrap=True, across="right", indent=1),
    "section": Look(size=12, bold=True, colour=NAVY, under=NAVY),
    "section_title": Look(size=9, bold=True, colour=NAVY, under=NAVY, wrap=True, across="right"),
    "members": Look(size=9, bold=True, colour=NAVY, fill="DDE6F4", under=LINE),
    "members_right": Look(size=9, bold=True, colour=NAVY, fill="DDE6F4", under=LINE, across="right", wrap=True),
    "members_value": Look(size=9, bold=True, colour=NAVY, fill="DDE6F4", under=LINE, across="right"),
    "members_place": Look(size=9, bold=True, colour=GREY, fill="DDE6F4", under=LINE, across="right"),
    "place": Look(size=9, colour=GREY, under=LINE, across="right"),
    "scenario_label": Look(size=9, colour="444444", under=LINE, indent=2, wrap=True),
    "section_note": Look(size=9, italic=True, colour=GREY, under=NAVY, wrap=True, indent=1),
    "label": Look(wrap=True, under=LINE),
    "name": Look(size=9, font=MONOSPACED, colour=GREY, under=LINE, shrink=True),
    "unit": Look(size=9, colour=GREY, under=LINE, shrink=True),
    "words": Look(size=9, colour="444444", wrap=True, under=LINE, indent=1),
    "note": Look(size=9, italic=True, colour=GREY, under=NAVY, indent=1),
    "caption": Look(size=9, italic=True, colour="444444", indent=1),
    "text": Look(size=9, colour="444444", under=LINE),
    "text_right": Look(size=9, colour="444444", under=LINE, across="right", wrap=True),
    "live": replace(_NUMBER, bold=True, fill=PALE),
    "calculation": _NUMBER,
    "reported": _NUMBER,
    "constant": replace(_NUMBER, colour="595959"),
    "total": replace(_NUMBER, bold=True),
    "actual": replace(_NUMBER, colour="375623", fill="F3F7EF"),
    "input": replace(_INPUT, unlocked=True),
    "input_text": replace(_INPUT, shrink=True, unlocked=True),
    "inherited_text": replace(_INPUT, colour=GREY, italic=True, fill="FFFDF5", shrink=True, unlocked=True),
    "inherited": replace(_INPUT, colour=GREY, italic=True, fill="FFFDF5", unlocked=True),
    "choice": replace(_INPUT, size=12, bold=True, across="center", wrap=True, unlocked=True),
    "choice_beside": replace(_INPUT, bold=True, across="center", wrap=True, unlocked=True),
    "plain": Look(under=LINE),
    "running": Look(size=9, colour="444444", under=LINE, indent=1),
    "card_label": replace(_CARD, size=9, bold=True, colour="444444", wrap=True),
    "card_value": replace(_CARD, size=20, bold=True, colour=NAVY, shrink=True),
    "card_unit": replace(_CARD, size=9, colour=GREY),
    "card_link": replace(_CARD, size=9, colour="0563C1", underline=True),
    "status": Look(size=9, bold=True, across="center", under=LINE, colour=GREY),
    "link": Look(colour="0563C1", underline=True, under=LINE),
    "link_words": Look(size=9, colour="0563C1", underline=True, under=LINE, indent=1),
}

# What looks like a cell of another sheet where it only shows that; heads have no colour of their own.
_GREEN: Final = "00703C"
LINKED: Final[Mapping[str, str]] = {
    name: f"{name}_linked"
    for name in ("calculation", "live", "total", "inherited_sample", "members_right", "members_value", "card_value")
}

# The colour key shows the styles without what makes them special to type into.
LOOKS: Final[Mapping[str, Look]] = {
    **_LOOKS,
    **{f"{name}_sample": replace(_LOOKS[name], unlocked=False) for name in ("input", "inherited", "live")},
    **{f"{name}_sample": _LOOKS[name] for name in ("calculation", "actual", "constant")},
    **{LINKED[name]: replace(_LOOKS[name], colour=_GREEN) for name in ("calculation", "live", "total")},
    **{LINKED[name]: _LOOKS[name] for name in ("members_right", "members_value", "card_value")},
    LINKED["inherited_sample"]: replace(_INPUT, colour=_GREEN, italic=True, fill="FFFDF5"),
    "linked_sample": replace(_NUMBER, colour=_GREEN),
}


@dataclass(frozen=True, slots=True)
class Accent:
    """What a rule changes of a cell while it holds: its colours, or the format of its number."""

    colour: str = ""
    fill: str = ""
    shown: str = ""


# The style of a rule that shades cells from the lowest number to the highest, whatever its formula.
SHADES: Final = "shades"
ACCENTS: Final[Mapping[str, Accent]] = {
    "good": Accent("375623", "E2EFDA"),
    "bad": Accent("9C0006", "FFC7CE"),
    "doubtful": Accent("7F6000", "FFF2CC"),
    "gap": Accent("BFBFBF"),
    "percent": Accent(shown='0.0 %_);(0.0 %);"-"_)'),
    "grouped": Accent(shown="#,##0"),
    "overridden": Accent("0000FF", YELLOW),
    "extreme": Accent(shown="0.00E+00"),
    # As results are shown: what is below 0 in parentheses, and a dash for 0.
    "share_result": Accent(shown='0.0 %_);(0.0 %);"-"_)'),
    "large_result": Accent(shown='#,##0_);(#,##0);"-"_)'),
    "huge_result": Accent(shown='#,##0.0,," M"_);(#,##0.0,," M");"-"_)'),
    "extreme_result": Accent(shown='0.00E+00_);(0.00E+00);"-"_)'),
}
