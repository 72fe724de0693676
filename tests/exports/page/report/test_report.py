"""The report: every number is the engine's, every text of a model is a text, and what is long stays readable."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest

from engine.model.load import loads
from engine.planning.planner import plan as planned
from engine.solve import solved, solved_plan
from exports.page.page import page
from exports.page.program.places import places
from tests.exports.page.reader import read
from tests.places import MODELS, ROOT
from tests.toys import single

ALL = sorted(MODELS.glob("*.toml"))
HOSTILE = "</script><img src=x onerror=alert(1)><b title='\\\"'>&amp;"
SHOWN = HOSTILE.replace("\\", "")
SORA_BYTES = 80_000


def shown(text: str) -> str:
    """Return the page of a model."""
    plan = planned(loads(text))
    return page(plan, solved_plan(plan))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_number_is_that_of_the_engine(path: Path) -> None:
    plan, results = solved(path)
    where, live = places(plan), results[plan.first_case.id]
    told: dict[int, set[str]] = {}
    for element in read(page(plan, results)):
        if "data-cell" in element.attributes:
            told.setdefault(int(element.attributes["data-cell"] or ""), set()).add(element.text)
    for row in plan.rows:
        if row.kind not in {"input", "formula", "equation"}:
            continue
        choice = plan.chosen_from(row)
        for number, value in enumerate(live.cells(row.id)):
            (text,) = told[where.first[row.id] + number]
            if choice is not None:
                assert text == choice.member_at(value)
            else:
                assert float(text.replace(",", "")) == pytest.approx(value, rel=5.1e-6, abs=1e-300), row.id


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_the_page_is_well_made(path: Path) -> None:
    html = page(*solved(path))
    elements = read(html)
    ids = [element.attributes["id"] for element in elements if element.attributes.get("id")]
    assert [id_ for id_, count in Counter(ids).items() if count > 1] == []
    links = [element.attributes["href"] or "" for element in elements if element.tag == "a"]
    assert [link for link in links if link.startswith("#") and link[1:] not in ids] == []
    levels = [int(element.tag[1]) for element in elements if re.fullmatch("h[1-6]", element.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    order = ("results", "charts", "assumptions", "calculation", "checks", "figures", "sources")
    found = [element.attributes["id"] for element in elements if element.tag == "section"]
    assert found == [id_ for id_ in order if id_ in found]
    assert [element.tag for element in elements if "style" in element.attributes] == []


def test_an_address_is_a_link_only_where_it_is_of_the_web() -> None:
    sources = "".join(
        [
            f'[sources.s{number}]\ntitle = "s"\nurl = "{url}"\n'
            for number, url in enumerate(
                ["https://a.b/c?d=1&e", "javascript:alert(1)", "data:text/html,x", "http://[", "ftp://a"]
            )
        ]
    )
    links = [
        (element.attributes["href"], element.attributes.get("rel"))
        for element in read(shown(single.HEAD + sources + single.one("1") + single.result("x")))
        if element.tag == "a" and not (element.attributes["href"] or "").startswith("#")
    ]
    assert links == [("https://a.b/c?d=1&e", "noopener noreferrer")]


def test_no_text_of_a_model_becomes_markup() -> None:
    h = HOSTILE
    text = f"""
[model]
title = "{h}"
purpose = "{h}"
author = "{h}"
version = "{h}"
limitations = ["{h}"]
scenario = "low"
outputs = ["y", "z"]
[dimensions.k]
label = "{h}"
members = ["<i>k</i>", "b"]
note = "{h}"
[dimensions.t]
label = "{h}"
from = 1
to = 4
[sources.s]
title = "{h}"
author = "{h}"
date = "{h}"
url = "https://a.b/{h.replace(" ", "")}"
confidence = "high"
note = "{h}"
[scenarios.low]
label = "{h}"
note = "{h}"
[scenarios.high]
label = "{h} 2"
set.x = 3
[charts.c]
title = "{h}"
kind = "bar"
x = "k"
y = "w"
note = "{h}"
[charts.d]
title = "{h}"
kind = "line"
x = "x"
y = "y"
[charts.e]
title = "{h}"
kind = "tornado"
y = "y"
[checks.c]
label = "{h}"
test = "y > 0"
[a]
label = "{h}"
note = "{h}"
[a.x]
label = "{h}"
value = 2
unit = "1"
range = [1, 4]
source = "s"
note = "{h}"
[a.w]
label = "{h}"
over = "k"
value.default = 2
unit = "1"
note = "{h}"
[a.v]
label = "{h}"
choice = "k"
value = "<i>k</i>"
note = "{h}"
[b.y]
label = "{h} y"
formula = "x + 1"
unit = "1"
note = "{h}"
published = [{{ value = 7, source = "s", disputed = "{h}" }}]
[b.z]
label = "{h} z"
over = "t"
formula = "x + t + w[v]"
unit = "1"
"""
    elements = read(shown(text))
    tags = Counter(element.tag for element in elements)
    assert tags["script"] == 2
    assert tags["img"] == 0
    assert [element for element in elements if {"onerror", "src"} & element.attributes.keys()] == []
    assert {
        element.attributes["class"] for element in elements if element.tag == "b" and element.attributes.get("class")
    } == set()
    said = "\n".join([element.text for element in elements if element.tag != "script"])
    assert said.count(SHOWN) > 40


def test_a_title_of_200_letters_and_one_from_right_to_left() -> None:
    for title in ("word " * 40, "x" * 200, "نموذج التكلفة"):
        elements = read(shown(f'[model]\ntitle = "{title}"\n{single.one("1")}{single.result("x")}'))
        assert next(element.text for element in elements if element.tag == "h1") == title.strip()


def test_one_quantity_alone() -> None:
    elements = read(shown(single.HEAD + single.one("1")))
    assert [element.text for element in elements if element.tag == "h2"] == ["Assumptions"]


def many(count: int) -> str:
    """Return a model of so many quantities, half of them results."""
    inputs = "".join(
        [f'[a.x{k}]\nlabel = "Input {k}"\nvalue = {k}\nunit = "1"\nnote = "n"\n' for k in range(count // 2)]
    )
    results = "".join(
        [
            f'[b.y{k}]\nlabel = "Result {k}"\nformula = "x{k} * 2 + x{max(k - 1, 0)}"\nunit = "1"\n'
            for k in range(count // 2)
        ]
    )
    return single.HEAD + inputs + results


def test_2000_quantities_are_all_there() -> None:
    assert len(re.findall(r"data-row=\d", shown(many(2_000)))) == 2_000


@pytest.mark.slow
def test_a_page_of_10000_quantities_takes_at_most_three_times_what_their_numbers_take() -> None:
    text = many(10_000)
    start = process_time()
    plan = planned(loads(text))
    results = solved_plan(plan)
    solving = process_time() - start
    page(plan, results)
    assert process_time() - start < 3 * solving


@pytest.mark.slow
def test_the_bytes_depend_on_nothing_but_the_model(tmp_path: Path) -> None:
    for seed in "01":
        to = tmp_path / f"{seed}.html"
        subprocess.run(
            [sys.executable, ROOT / "cli.py", "export", MODELS / "gpu_cluster.toml", "--html", to],
            check=True, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True,
        )  # fmt: skip
    assert (tmp_path / "0.html").read_bytes() == (tmp_path / "1.html").read_bytes()


def test_the_report_of_sora_leaves_room_for_what_computes() -> None:
    html = page(*solved(MODELS / "sora.toml"))
    report = html[html.index("<body>") : html.index("<script")]
    assert len(report.encode()) < SORA_BYTES
