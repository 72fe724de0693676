"""What hints say to do: for each way of saying it, the edits that it may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from plainsheet.editor.answers.fixes import (
    correlations,
    formulas,
    keys,
    lines,
    names,
    quantities,
    removals,
    signs,
    units,
)
from plainsheet.editor.answers.fixes.site import Candidate, Site

_LONGEST_LINE: Final = 2_000
_VALUE: Final = r"(?:\"[^\"]*\"|-?[\d.]+(?:e\d+)?)"
# What comes before a formula, or before a part of one.
_SPELLED: Final = "alone|between them|in brackets|of brackets|as they are|itself|out|compare it|logarithm"

_Fix = Callable[[Site, "re.Match[str]"], Iterator[Candidate]]

# Of texts that are no TOML.
_LINES: Final[tuple[tuple[str, _Fix], ...]] = (
    (r" = ", lines.line_written),
    (r"write (?P<header>\[[\w.]+\])$", lines.header_written),
    (r"write (?P<value>\[\"[^\]]*\])$", lines.value_written),
    (r"write (?P<key>\S+) =$", lines.key_written),
    (r"ends with|a list is|\[section\.price\]", lines.ended),
    (r"leave the line out", lines.line_deleted),
    (r"a key stands once", lines.line_deleted),
    (r"begins with #|write # ", lines.comment_written),
    (r"leave it out", lines.end_deleted),
    (r"put the text between|or the text between", lines.quotes_within),
    (r"a text stands in quotes", lines.words_quoted),
)
_KINDS: Final[tuple[tuple[str, _Fix], ...]] = (
    (r"did you mean (?P<names>.+?)\?", names.spelled_right),
    (r"ids are lower case: (?P<names>.+)", names.spelled_right),
    (r"ids have no '-': write (?P<names>\w+)", names.spelled_right),
    (r"ids have no dots: write (?P<names>\w+)", names.spelled_right),
    (r"stands at (?P<names>'default')", names.spelled_right),
    (r"^it is over (?P<names>'\w+')$", names.spelled_right),
    (r"begin with a letter: '(?P<name>\w+)' would do", names.renamed),
    (r"^(?P<name>\w+_total) or the like would do", names.renamed),
    (r"another name, such as (?P<name>\w+)$", names.renamed),
    (r"rename it, as in \[(?P<name>\w+)\]", names.renamed),
    (r"call it (?P<name>\w+)", names.renamed),
    (r"ids do not end in _", names.renamed),
    (r"declare it under \[units\]: (?P<name>\S+) = \"(?P<value>[^\"]+)\"", units.declared),
    (r"under \[units\], such as (?P<name>\S+) = \"(?P<value>[^\"]+)\"", units.declared),
    (r"write (?P<units>.+)", units.written),
    (r"declare the unit that the formula gives", units.of_the_formula),
    (r"give (?P<name>\w+)(?:\[[^\]]*\])? in (?P<unit>\S+)$", units.given),
    (r"\"1\" for a pure number, \"percent\" for a share", units.missing),
    (r"(?P<verb>multiply|divide) by a quantity in .+, such as '(?P<name>\w+|days\(\w+\))'", formulas.factor),
    (r"write value = (?P<value>\S+) in place of the formula", formulas.valued),
    (r"a rate in (?P<above>\w+)/(?P<below>\w+) is missing", quantities.rate),
    (r"make it a quantity|give it a name, a unit", quantities.named_number),
    (r"write '?(?P<new>\*\*|<=|>=|==|!=|and|or|not|[-*/])'?(?: (?:for a power|to compare|between|before)\b.*)?$",
     signs.sign),
    (r"write .+ \* ", signs.times),
    (r"write <= or >=$", signs.not_strict),
    (r"(?:words|functions) are in lower case: (?P<new>\w+)", signs.sign),
    (r"a switch is 0 or 1$", signs.switch),
    (r"names of members stand in quotes: \"(?P<member>[^\"]+)\" is one of", signs.quoted_member),
    (r"write the member in quotes", signs.compared_member),
    (r"leave '(?P<part>/ 100)' out", signs.without_part),
    (r"leave (?:the first '='|that) out", signs.without_beginning),
    (r"use it without brackets", signs.without_brackets),
    (r"the last member is (?P<new>last\((?P<name>\w+), .+\))", formulas.last_member),
    (r"add what is missing", formulas.bracket_added),
    (r"guard it", formulas.guarded),
    (r"write (?P<new>days\(\w+\))", formulas.days),
    (r"aggregate it, as in sum\(\.\.\., over=(?P<over>\[[^\]]*\]|\w+)\)", formulas.summed),
    (r"over=(?P<over>\w+) in(?: place of by=|stead)", formulas.over_in_place_of_by),
    (r"(?:runs over|is aggregated|along which|ordered one): ", formulas.over_called),
    (r"solve = \"(?P<equation>.+)\" in place of its formula", formulas.solved),
    (rf"(?:write|as in|is written|(?:{_SPELLED}):) (?P<formula>.+)", formulas.rewritten),
    (r"write (?P<numbers>\d[\d._]*(?:, or [\d._]+)?)", signs.number_written),
    (r"a decimal point is written (?P<numbers>[\d.]+)", signs.number_written),
    (r"write (?P<value>-?[\d.]+(?:e\d+)?), with unit = \"(?P<unit>[^\"]+)\"", keys.with_unit),
    (rf"write (?!\"2026-01\" for months)(?P<values>{_VALUE}(?:, or {_VALUE})*)(?![\d.e]|, with unit)", keys.in_place),
    (r"another dimension, such as (?P<values>\"[^\"]+\")", keys.in_place),
    (r"(?P<values>a flow has \"sum\", .+); ", keys.in_place),
    (r"without quotes: (?:from|to) = ", keys.counted),
    (r"^(?!make it a quantity).* = ", keys.written_out),
    (r"(?:it may be|the (?:members|scenarios|choices|inputs) are) (?P<names>'.+)", keys.one_of),
    (r" = \{ from = (?P<start>\S+), list = \[\.\.\.\] \}", keys.run_begun),
    (r"x = .*a dimension, or \"scenario\"", keys.axis),
    (r"(?:between|steps|values|options) = \[", keys.listed_texts),
    (r"names stand in quotes, as in", keys.members_quoted),
    (r"exchange|counts upwards|is the smaller one", keys.exchanged),
    (r"(?:in proportion|as shares of 1), they are (?P<numbers>.+)", keys.numbers_replaced),
    (r"(?:say in a few words what it is: |write )(?P<key>label|title) = \"\.\.\.\"", keys.missing_text),
    (r"add source = \"...\"", keys.missing_source),
    (r"over = \"\.\.\.\"", keys.missing_over),
    (r"write the nearest", correlations.nearest),
    (r"multiply each rank by (?P<factor>[\d.]+)", correlations.multiplied),
    (r"add \[sources\.(?P<name>\w+)\]", quantities.source_added),
    (r"begin it with \[model\]", quantities.model_begun),
    (r"write (?P<open>\[\[?)(?P<name>\w+)(?P<close>\]\]?)", keys.bracketed),
    (r"with (?P<open>\[\[)(?P<name>correlations)(?P<close>\]\])", keys.bracketed),
    (r"list it in model\.outputs", keys.listed_output),
    (r"(?:leave|take) '(?P<name>[^']+)' out", removals.deleted_key),
    (r"or delete (?P<name>(?!it\b)\w+)$", removals.deleted_key),
    (r"an input has a value|(?:delete|leave) one of the two", removals.one_kind),
    (r"come along when text is copied", removals.without_letters),
    (r"(?:^|or |, )delete it|leave (?:it|the table|the mark) out|keep one|^use it as it is", removals.deleted),
    (r"(?:name|list) it once", removals.named_once),
)  # fmt: skip


def candidates(site: Site) -> Iterator[Candidate]:
    """Yield the edits that the hint of a problem may mean, the likeliest first."""
    start, end = site.line if site.problem.code == "toml" else (0, 0)
    if end - start > _LONGEST_LINE:
        return
    for pattern, fix in _LINES if site.problem.code == "toml" else _KINDS:
        if (found := re.search(pattern, site.hint)) is not None:
            yield from fix(site, found)
