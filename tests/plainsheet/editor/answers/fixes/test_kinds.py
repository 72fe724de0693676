"""A hint of each kind, and the very text that its edit makes."""

from __future__ import annotations

import pytest

from tests.plainsheet.editor.answers.fixes.offers import FERRY, differing, mended

SHARE = """
[ferry.share]
label = "Share"
value = 5
unit  = "percent"
note  = "A guess."
"""
YEARS = """
[dimensions.year]
from = 2026
to   = 2028
"""


@pytest.mark.parametrize(
    ("wrong", "right", "title", "lines"),
    [
        # A name that is misspelt: in a formula, as a key, as a unit.
        ("fare * guests", "fair * guests", "Write 'fare'", ['formula = "fare * guests"']),
        ("value = 40", "valeu = 40", "Write 'value'", ["value = 40"]),
        ('value = 12\nunit  = "EUR"', 'value = 12\nunit  = "EURO"', "Write 'EUR'", ['unit  = "EUR"']),
    ],
)  # fmt: skip
def test_a_word(wrong: str, right: str, title: str, lines: list[str]) -> None:
    text = FERRY.replace(wrong, right)
    offered = mended(text)
    assert title in offered
    assert differing(text, offered[title]) == lines


@pytest.mark.parametrize(
    ("written", "title", "meant"),
    [
        ("fare * guests ^ 2", "Write **", "fare * guests ** 2"),
        ("fare * guests ^^ 2", "Write **", "fare * guests ** 2"),
        ("fare * guests if guests >= 3 && guests <= 9 else fare", "Write and",
         "fare * guests if guests >= 3 and guests <= 9 else fare"),
        ("fare if guests >= 3&&guests <= 9 else 2 * fare", "Write and", "fare if guests >= 3 and guests <= 9 else 2 * fare"),
        ("fare if guests === 3 else 2 * fare", "Write ==", "fare if guests == 3 else 2 * fare"),
        ("fare if guests =< 3 else 2 * fare", "Write <=", "fare if guests <= 3 else 2 * fare"),
        ("=fare * guests", "Delete =", "fare * guests"),
        ("takings = fare * guests", "Delete takings =", "fare * guests"),
        ("fare x guests", "Write *", "fare * guests"),
        ("MAX(fare, 2 * fare)", "Write max", "max(fare, 2 * fare)"),
        ("max(fare; 2 * fare)", "Write max(fare, 2 * fare)", "max(fare, 2 * fare)"),
        ("Math.max(fare, 2 * fare) * guests", "Write max(fare, 2 * fare)", "max(fare, 2 * fare) * guests"),
        ("IF(guests > 3; fare; 2 * fare)", "Write fare if guests > 3 else 2 * fare", "fare if guests > 3 else 2 * fare"),
        ("AVERAGE(fare, 2 * fare) * guests", "Write (fare + 2 * fare) / 2", "(fare + 2 * fare) / 2 * guests"),
        ("fare * (2 * guests // 3)", "Write floor((2 * guests) / 3)", "fare * (floor((2 * guests) / 3))"),
        ("fare * (guests + 2", "Add )", "fare * (guests + 2)"),
        ("fare * guests[1]", "Write guests", "fare * guests"),
        ("fare guests", "Write fare * guests", "fare * guests"),
        ("fare * 1.000.000", "Write 1_000_000", "fare * 1_000_000"),
    ],
)  # fmt: skip
def test_a_formula(written: str, title: str, meant: str) -> None:
    text = FERRY.replace("fare * guests", written)
    offered = mended(text)
    assert title in offered, offered.keys()
    assert offered[title] == FERRY.replace("fare * guests", meant)


def test_what_is_divided_by_may_be_less_than_nothing() -> None:
    text = FERRY.replace("fare * guests", "2 * fare / (guests - 40) + fare")
    meant = "(2 * fare / (guests - 40) if (guests - 40) != 0 else 0) + fare"
    assert mended(text) == {f"Write {meant.removesuffix(' + fare')}": FERRY.replace("fare * guests", meant)}


def test_a_part_that_is_written_anew_has_all_that_stood_there() -> None:
    # a / b of a * b // c is not what // divides.
    text = FERRY.replace("fare * guests", "fare * (guests * 3 % guests)")
    assert mended(text) == {}


def test_a_number_gets_a_name() -> None:
    text = FERRY.replace("fare * guests", "fare * guests + 100")
    (title, after), *others = mended(text).items()
    assert not others
    assert title == "Name the number: 'takings_number'"
    assert after == FERRY.replace("fare * guests", "fare * guests + takings_number") + (
        '\n[ferry.takings_number]\nlabel = "Number in Takings"\nvalue = 100\nunit  = "EUR"\nnote  = "our assumption"\n'
    )


def test_a_bare_number_gets_the_next_name_that_is_free() -> None:
    text = FERRY.replace("fare * guests", "fare * guests * 0.95 * takings_number") + SHARE.replace(
        "share", "takings_number"
    )
    assert 'formula = "fare * guests * takings_number_2 * takings_number"' in differing(
        text, mended(text)["Name the number: 'takings_number_2'"]
    )


def test_two_currencies_get_a_rate() -> None:
    text = FERRY.replace('EUR = "[money]"', 'EUR = "[money]"\nUSD = "[usd]"').replace(
        "fare * guests", "fare * guests + toll"
    ) + ('\n[ferry.toll]\nlabel = "Toll"\nvalue = 3\nunit  = "USD"\nnote  = "A guess."\n')
    (title, after), *others = mended(text).items()
    assert not others
    assert title == "Multiply by 'eur_per_usd', a new quantity that is 1 until you enter the rate"
    assert differing(text, after) == [
        'formula = "fare * guests + toll * eur_per_usd"',
        "[ferry.eur_per_usd]",
        'label = "EUR for one USD"',
        "value = 1",
        'unit  = "EUR/USD"',
        'note  = "1 until the rate is entered"',
    ]


DAYS = """
[ferry.days]
label = "Days"
value = 3
unit  = "day"
note  = "A guess."
"""


def test_a_factor_that_is_missing() -> None:
    text = FERRY.replace('    = "EUR"', '    = "EUR/day"') + DAYS
    assert mended(text) == {"Write fare * guests / days": text.replace("fare * guests", "fare * guests / days")}


def test_a_sum_is_divided_in_brackets() -> None:
    text = FERRY.replace('    = "EUR"', '    = "EUR/day"').replace("fare * guests", "fare * guests - fare") + DAYS
    assert [*mended(text)] == ["Write (fare * guests - fare) / days"]


def test_a_factor_is_not_taken_away_again() -> None:
    text = FERRY.replace("fare * guests", "fare * guests * days") + DAYS
    assert [*mended(text)] == ['Write unit = "EUR·day"']


def test_units_get_a_table_where_there_is_none() -> None:
    text = FERRY.replace('[units]\nEUR = "[money]"\n\n', "")
    assert mended(text)["Declare the unit 'EUR'"] == FERRY.replace("[money]", "[eur]")


def test_a_unit_is_declared_below_the_others() -> None:
    text = FERRY.replace('"1"', '"guest"').replace('    = "EUR"', '    = "EUR*guest"')
    assert differing(text, mended(text)["Declare the unit 'guest'"]) == ['guest = "[guest]"']


def test_over() -> None:
    text = FERRY.replace("value = 40", "value.2026 = 40\nvalue.2027 = 50\nvalue.2028 = 60") + YEARS
    text = text.replace("fare * guests", "fare * sum(guests)")
    assert differing(text, mended(text)['Write over = "year"']) == ['over  = "year"']


def test_one_of_several_may_be_chosen() -> None:
    rows = (
        FERRY.replace("value = 40", 'value = 40\nover = "year"').replace("fare * guests", "fare * rollup(guests)")
        + YEARS
    )
    offered = mended(rows)
    assert [*offered] == [f"Write rollup = \"{one}\" for 'guests'" for one in ("sum", "last", "mean")]
    assert differing(rows, offered["Write rollup = \"last\" for 'guests'"]) == ['rollup = "last"']


@pytest.mark.parametrize(
    ("written", "title", "meant"),
    [
        ('value = "40"', "Write 40", "value = 40"),
        ('value = "4,000"', "Write 4000", "value = 4000"),
        ("value = 40\nmin   = 90\nmax   = 20", "Exchange 'min' and 'max'", "value = 40\nmin   = 20\nmax   = 90"),
        ("value = 40\nrange = [60, 20]", "Write range = [20, 60]", "value = 40\nrange = [20, 60]"),
        ('value = 40\nformula = "fare"', "Delete 'formula'", "value = 40"),
    ],
)
def test_a_value(written: str, title: str, meant: str) -> None:
    offered = mended(FERRY.replace("value = 40", written))
    assert offered[title] == FERRY.replace("value = 40", meant)


def test_a_source_is_added() -> None:
    text = FERRY.replace(
        'value = 12\nunit  = "EUR"\nnote  = "A guess."', 'value = 12\nunit  = "EUR"\nsource = "fare_list"'
    )
    assert mended(text)["Add the source 'fare_list'"] == f'{text}\n[sources.fare_list]\ntitle = "Fare list"\n'


def test_an_input_says_where_it_is_from() -> None:
    text = FERRY.replace('unit  = "1"\nnote  = "A guess."', 'unit  = "1"')
    offered = mended(text)
    assert offered == {
        'Write note = "our assumption"': FERRY.replace(
            'unit  = "1"\nnote  = "A guess."', 'unit  = "1"\nnote  = "our assumption"'
        )
    }


def test_an_id_gets_another_name_wherever_it_stands() -> None:
    text = FERRY.replace("guests", "Guest-count") + '\n[scenarios.full]\nlabel = "Full"\nset.Guest-count = 60\n'
    (title, after), *_ = mended(text).items()
    assert (title, after) == ("Call it 'guest_count'", text.replace("Guest-count", "guest_count"))


def test_a_member_gets_the_quotes_that_its_text_leaves() -> None:
    text = FERRY.replace("value = 40", 'over = "pier"\nvalue = 40').replace(
        "fare * guests", "fare * guests[North] + fare"
    )
    text += '\n[dimensions.pier]\nmembers = ["North", "South"]\n'
    assert mended(text) == {'Write "North"': text.replace("[North]", "['North']")}
    text = text.replace('"fare * guests[North] + fare"', "'fare * guests[North] + fare'")
    assert mended(text) == {'Write "North"': text.replace("[North]", '["North"]')}


@pytest.mark.parametrize(
    ("written", "title", "meant"),
    [
        ("value = 0,5", "Write value = 0.5", "value = 0.5"),
        ("value = .5  # of them", "Write value = 0.5", "value = 0.5  # of them"),
        ("value = 1,000", "Write value = 1000", "value = 1000"),
        ("value = 4k", "Write value = 4e3", "value = 4e3"),
        ("value: 40", "Write value = 40", "value = 40"),
        ("value = 40;", "Delete ';'", "value = 40"),
        ("value = 40 // guests", "Write #", "value = 40 # guests"),
        ("value = 40\nvalue = 41", "Delete the line", "value = 40"),
        ("value = 40\nlimits = null", "Delete the line", "value = 40"),
    ],
)
def test_a_line_that_is_no_toml(written: str, title: str, meant: str) -> None:
    assert mended(FERRY.replace("value = 40", written))[title] == FERRY.replace("value = 40", meant)


@pytest.mark.parametrize("quotes", ['"', "'"])
def test_a_text_is_ended(quotes: str) -> None:
    text = FERRY.replace('"Guests"', f"{quotes}Guests")
    assert mended(text)[f"End it with {quotes}"] == FERRY.replace('"Guests"', f"{quotes}Guests{quotes}")


def test_the_same_mistake_further_down_does_not_matter() -> None:
    text = FERRY.replace("value = 12", "value = 1,2").replace("value = 40", "value = 4,0")
    assert mended(text) == {"Write value = 1.2": text.replace("1,2", "1.2")}


def test_another_mistake_further_down_does() -> None:
    text = FERRY.replace("value = 12", "value = 1,2").replace('"Guests"', '"Guests')
    assert mended(text) == {}


def test_a_text_without_a_title_is_begun() -> None:
    text = FERRY.replace('[model]\ntitle = "Ferry"\n\n', "") + '\n[scenarios.full]\nlabel = "Full"\nset.guests = 60\n'
    assert mended(text)["Begin with [model]"] == f'[model]\ntitle = "Model"\n\n{text}'


def test_a_table_is_deleted_with_its_comments_and_no_others() -> None:
    toll = '[ferry.toll]\n# In summer.\nlabel = "Toll"\nvalue = 3\n\n# In euro.\nunit  = "EUR"\nnote  = "A guess."\n\n'
    text = FERRY.replace("[ferry.takings]", f"{toll}# What comes in.\n[ferry.takings]")
    assert mended(text) == {
        "Delete 'toll'": FERRY.replace("[ferry.takings]", "# What comes in.\n[ferry.takings]"),
        "List 'toll' in model.outputs": text.replace('title = "Ferry"', 'title = "Ferry"\noutputs = ["toll"]'),
    }
