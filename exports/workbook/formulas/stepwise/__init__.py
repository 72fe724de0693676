"""Formulas in steps: which parts may stand apart, and a plan in which they do."""
