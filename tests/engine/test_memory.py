"""Memory that is freed stays with the process, where its C library can be told so."""

from __future__ import annotations

import platform
import subprocess
import sys

_BLOCKS = """
import resource, sys
import numpy as np
from engine.memory import keep_freed
np.ones(200_000)
if sys.argv[1:]:
    keep_freed()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    kept = [np.ones(20_000) for _ in range(100)]
    del kept
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def fetched(*arguments: str) -> int:
    """Return how many pages a process fetches that makes and drops as many arrays again and again."""
    command = [sys.executable, "-c", _BLOCKS, *arguments]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_pages_of_arrays_that_are_freed_are_not_fetched_again() -> None:
    is_told = platform.libc_ver()[0] == "glibc"
    assert fetched("kept") <= fetched() / (4 if is_told else 1)
