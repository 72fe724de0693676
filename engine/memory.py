"""Work that makes many objects and drops few of them, or makes and drops many arrays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# The largest block by which glibc learns how much is freed and wanted again.
_LARGEST: Final = 31 * 2**20


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep Python's collector from walking all that is kept, again and again: it made loading three times slower."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def keep_freed() -> None:
    """Let the process keep the memory of arrays that are freed, for the next ones.

    The C library gives back what is more than twice the largest block that was ever freed; each block of cases would
    then fetch its memory anew, page by page, which takes up to a third as long as computing it. Nothing is written to
    this one, so that it takes no memory itself.
    """
    import numpy as np  # noqa: PLC0415  # whoever has arrays has it

    np.empty(_LARGEST, dtype=np.uint8)
