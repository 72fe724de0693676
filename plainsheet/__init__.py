"""Quantitative models in plain text."""
