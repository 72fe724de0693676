"""Formulas that somebody changed in a workbook, read back into the language as far as it has words."""
