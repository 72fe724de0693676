"""What tests share: a toy model, and a word at the end on tests that this machine could not run."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from engine.model.load import loads
from engine.plan.plan import Plan
from engine.planning.planner import plan
from tests.oracles.spreadsheets import has_libreoffice

INSTALL = "apt-get install --no-install-recommends libreoffice-calc"

# The same cases every run: a failure in CI can be had again. Time is measured in benchmarks, never here.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("steady")

TOY = """
[model]
title   = "Lemonade"
outputs = ["profit"]

[units]
EUR   = "[money]"
glass = "[glass]"

[sources.stand]
title = "Our stand"

[scenarios.usual]
label = "Usual"

[scenarios.hot]
label        = "Hot day"
set.glasses  = 120

[scenarios.hot_dear]
label     = "Hot and dear"
extends   = "hot"
set.price = 3.5

[stand]
label = "Stand"

[stand.glasses]
label  = "Glasses sold"
value  = 40
unit   = "glass/day"
min    = 0
whole  = true
source = "stand"

[stand.price]
label  = "Price of a glass"
value  = 2.50
unit   = "EUR/glass"
range  = [1, 4]
min    = 0
max    = 10
source = "stand"

[stand.share]
label  = "Share that the lemons cost"
value  = 30
unit   = "percent"
max    = 100
source = "stand"

[stand.season]
label  = "Length of the season"
value  = 12
unit   = "week"
source = "stand"

[result.sales]
label     = "Sales in the season"
formula   = "glasses * price * season"
unit      = "EUR"
published = [{ value = 8400, source = "stand" }, { value = 35.3e3, scenario = "hot_dear", source = "stand" }]

[result.profit]
label   = "Profit in the season"
formula = "sales * (1 - share)"
unit    = "EUR"
min     = 0

[checks.share]
label = "Lemons cost less than the lemonade"
test  = "share <= 1"
"""


@pytest.fixture(scope="session")
def toy() -> Plan:
    """Return a small model with scenarios, a share, and a conversion."""
    return plan(loads(TOY, "lemonade.toml"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs LibreOffice where it is missing; where every test must run, fail instead."""
    if has_libreoffice() or os.environ.get("PLAINSHEET_ALL_TESTS"):
        return
    left_out = [item for item in items if item.get_closest_marker("libreoffice")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was left out, and how to install it."""
    if not has_libreoffice():
        terminalreporter.section("left out")
        terminalreporter.line("LibreOffice is missing, so the tests that compare workbooks with it did not run.")
        terminalreporter.line(f"To run them: {INSTALL}")
