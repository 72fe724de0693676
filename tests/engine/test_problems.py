"""Hints at what was meant, among few names and among thousands."""

from __future__ import annotations

import difflib

import pytest

from engine.problems import did_you_mean


@pytest.mark.parametrize("meant", ["training_cost", "n" * 50 + "77", "cost_of_training"])
def test_a_near_name_is_found_among_thousands_without_comparing_all(
    meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    ratio = difflib.SequenceMatcher.ratio

    def counted(matcher: difflib.SequenceMatcher[str]) -> float:
        compared.append("")
        return ratio(matcher)

    monkeypatch.setattr(difflib.SequenceMatcher, "ratio", counted)
    names = {"n" * 50 + str(number) for number in range(8000)} | {meant}
    for typed in (meant[:5] + meant[6:], meant + "q", meant[:4] + meant[5] + meant[4] + meant[6:]):
        compared.clear()
        assert "did you mean 'nnnnn" in did_you_mean("n" * 49, names)
        told = did_you_mean(typed, names)
        assert meant in told or meant[0] == "n", told
        assert len(compared) <= 250
