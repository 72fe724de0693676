"""A toy model whose prices and sites stand in data files, and a folder or a repository with it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

from engine.data.folder import Kept
from engine.model.load import loads
from engine.model.model import Model

PRICES: Final = "region,year,price [USD/MWh]\nNorth,2026,40\nNorth,2027,41.5\nSouth,2026,30\nSouth,2027,31\n"
SITES: Final = "site;region;2026;2027\nA1;North;1,5;2\nB2;South;1;1\nC3;North;2;0,5\n"
MODEL: Final = """[model]
title   = "Power"
outputs = ["total"]

[units]
USD = "[usd]"

[data.prices]
file   = "data/prices.csv"
sha256 = "{prices}"
source = "exchange"

[data.sites]
file      = "data/sites.csv"
sha256    = "{sites}"
separator = ";"
decimal   = ","
note      = "as metered"

[sources.exchange]
title = "The exchange"

[dimensions.site]
members = {{ data = "sites", column = "site" }}

[dimensions.region]
of  = "site"
map = {{ data = "sites", column = "region" }}

[dimensions.year]
from = 2026
to   = 2027

[power.price]
label = "Price"
over  = ["region", "year"]
value = {{ data = "prices", column = "price" }}
unit  = "USD/MWh"

[power.use]
label = "Use"
over  = ["site", "year"]
value = {{ data = "sites", columns = "year" }}
unit  = "MWh"
note  = "as metered"

[power.fee]
label = "Fee"
value = 5
unit  = "USD"
note  = "our guess"

[power.cost]
label   = "Cost"
over    = ["region", "year"]
formula = "price * sum(use, by=region)"
unit    = "USD"

[power.total]
label   = "Total"
formula = "sum(cost, over=[region, year]) + fee"
unit    = "USD"
"""


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def write(folder: Path, prices: str = PRICES, sites: str = SITES, model: str = MODEL) -> Path:
    """Write the model with its files, and return its place."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "prices.csv").write_bytes(prices.encode())
    (folder / "data" / "sites.csv").write_bytes(sites.encode())
    path = folder / "power.toml"
    path.write_text(model.format(prices=hash_of(prices), sites=hash_of(sites)))
    return path


def read(prices: str = PRICES, sites: str = SITES, model: str = MODEL) -> Model:
    """Return the model with its files, from memory."""
    files = Kept({"data/prices.csv": prices.encode(), "data/sites.csv": sites.encode()})
    return loads(model.format(prices=hash_of(prices), sites=hash_of(sites)), files=files)
