"""Formulas as cells hold them."""
