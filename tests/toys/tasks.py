"""What other processes do in tests: a module that imports little, since each of them imports it."""

from __future__ import annotations

import plainsheet as ps


def priced(model: ps.Model, price: float) -> ps.Results:
    """Return the results at a price."""
    return model.solve(None, {"price": price})
