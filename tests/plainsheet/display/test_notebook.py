"""In a notebook: the outputs as a table, texts that are no markup, and no more lines than one looks at."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

import plainsheet as ps
from tests.toys.lemonade import TOY


class Seen(HTMLParser):
    """What a browser makes of HTML: its tags, and its texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_model_shows_its_title_its_scenario_and_its_outputs_with_units() -> None:
    seen = Seen(ps.loads(TOY)._repr_html_())
    assert seen.texts == [
        "Lemonade", "6 quantities in 3 scenarios; scenario: Usual", "Output", "Value", "Unit",
        "Profit in the season", "5880", "EUR",
    ]  # fmt: skip


def test_results_show_their_scenario_and_what_was_changed() -> None:
    seen = Seen(ps.loads(TOY).solve("hot", {"price": 3})._repr_html_())
    assert seen.texts[1] == "Scenario: Hot day; changed: price"
    assert seen.texts[-3:] == ["Profit in the season", "21168", "EUR"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<b>&amp;", "</td></tr><i>"])
def test_texts_are_no_markup(text: str) -> None:
    marked = TOY.replace("Lemonade", text).replace("Profit in the season", text).replace("Usual", text)
    model = ps.loads(marked)
    for html in (model._repr_html_(), model.solve()._repr_html_()):
        assert set(Seen(html).tags) <= {"p", "b", "br", "table", "thead", "tbody", "tr", "th", "td"}
        assert sum("<" in one for one in Seen(html).texts) == 3


def test_a_model_without_numbers_says_why() -> None:
    model = ps.loads(TOY.replace("(1 - share)", "(1 - share) * glasses / (glasses - glasses)"))
    seen = Seen(model._repr_html_())
    assert "pre" in seen.tags
    assert "profit" in "".join(seen.texts)


def test_a_thousand_members_are_no_thousand_lines() -> None:
    rows = "".join(
        f'[q.y{number}]\nlabel = "Row {number}"\nover = "year"\nunit = "1"\nformula = "x * {number + 1}"\n'
        for number in range(60)
    )
    names = ", ".join(f'"y{number}"' for number in range(60))
    text = (
        f'[model]\ntitle = "Wide"\noutputs = [{names}]\n[dimensions.year]\nfrom = 1\nto = 1000\n'
        f'[q.x]\nlabel = "X"\nunit = "1"\nvalue = 2\n{rows}'
    )
    model = ps.loads(text)
    for html in (model._repr_html_(), model.solve()._repr_html_()):
        assert Seen(html).tags.count("tr") == 21
        assert "and 40 more outputs" in html
        assert len(html) < 5_000
