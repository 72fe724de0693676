"""Looks, number formats, numbers and formulas in words, references in A1 notation."""
