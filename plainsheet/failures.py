"""What goes wrong on the way to a model, as the one exception that the interface raises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.problems import Location, Mistake, ModelError, error
from exports.files.locate import WrongUsage


@contextmanager
def as_model_error(location: Location | None = None) -> Iterator[None]:
    """Raise ModelError, at a location, for what cannot be meant, and for files that cannot be read."""
    try:
        yield
    except Mistake as wrong:
        raise ModelError([error("file", wrong.message, location, wrong.hint)]) from None
    except WrongUsage as wrong:
        raise ModelError([error("usage", str(wrong), location)]) from None
    except OSError as wrong:
        message = f"'{wrong.filename}' cannot be read: {wrong.strerror or wrong}"
        raise ModelError([error("file", message, location)]) from None
