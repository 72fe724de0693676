"""The fuzz finds what it is for, and a seed is one case."""

from __future__ import annotations

import sys
from random import Random

import pytest

from tests.fuzz.bounded import find_fault
from tests.fuzz.cases import KINDS

MEGABYTE = 1_000_000


def fail() -> int:
    raise ZeroDivisionError


def spin() -> int:
    while True:
        pass


def hoard() -> int:
    return len(bytearray(200 * MEGABYTE))


def whisper() -> int:
    print("Traceback (most recent call last)", file=sys.stderr)  # noqa: T201  # as a library may
    return 1


@pytest.mark.parametrize(("work", "said"), [(fail, "ZeroDivisionError"), (spin, "it passed 1 s"), (hoard, "MemoryError"), (whisper, "Traceback"),
                                            (lambda: 3, "status 3"), (lambda: sys.exit(1), "SystemExit")])  # fmt: skip
def test_each_kind_of_fault_is_found(work: object, said: str) -> None:
    assert said in find_fault(work, 1, 100 * MEGABYTE)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [0, 1, 2])
def test_what_a_command_may_do_is_none(status: int) -> None:
    assert find_fault(lambda: status, 1) == ""


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_is_one_case(kind: str) -> None:
    one, again, other = (KINDS[kind](Random(seed)) for seed in (3, 3, 4))
    assert one == again != other
