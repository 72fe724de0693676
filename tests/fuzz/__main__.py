"""Commands on inputs that nobody wrote: `python -m tests.fuzz workbooks --seconds 60 --seed 1`.

A finding is a traceback, an exit status other than 0, 1 and 2, a rule of `lint` that the workbook of a random model breaks, or a
bound that was passed: five seconds for a workbook or an edit, thirty for a model, sixty for one that is held against rules, a
gigabyte for all.
It is had again by its own seed, with `--cases 1`, and `--keep` leaves its files.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from tests.fuzz.bounded import find_fault
from tests.fuzz.cases import KINDS, warm_up

_SECONDS: Final = {"workbooks": 5, "models": 30, "edits": 5, "lint": 60, "data": 5}


def fuzz(kind: str, seed: int, seconds: float, most: int, keep: Path | None) -> int:
    """Run cases from a seed on, for some time or some number; print the findings, and return how many there are."""
    warm_up()
    end = time.monotonic() + seconds
    found = case = 0
    while case < most and (case == 0 or time.monotonic() < end):
        number = seed + case
        one = KINDS[kind](Random(number))
        with TemporaryDirectory() as folder:
            here = Path.cwd()
            os.chdir(folder)
            one.write(Path(folder))
            fault = find_fault(one.run, _SECONDS[kind])
            os.chdir(here)
        if fault:
            found += 1
            print(f"{kind}, seed {number}: plainsheet {' '.join(map(repr, one.arguments))}\n{fault}\n", flush=True)  # noqa: T201
        if keep is not None and (fault or most == 1):
            keep.mkdir(exist_ok=True)
            one.write(keep)
        case += 1
    told = "finding" if found == 1 else "findings"
    print(f"{kind}: {case} cases from the seed {seed} on, {found} {told}", flush=True)  # noqa: T201
    return found


def main() -> None:
    """Read the command line, and exit with 1 where there is a finding."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("kinds", nargs="+", choices=sorted(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--cases", type=int, default=sys.maxsize)
    parser.add_argument("--keep", type=Path, help="a folder for the files of a finding")
    given = parser.parse_args()
    found = [fuzz(kind, given.seed, given.seconds, given.cases, given.keep) for kind in given.kinds]
    sys.exit(1 if any(found) else 0)


if __name__ == "__main__":
    main()
