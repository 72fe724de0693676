"""Derivatives as formulas: edges from row to row, their local shares, and where they stand on Sensitivity."""
