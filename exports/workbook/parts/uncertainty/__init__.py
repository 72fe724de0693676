"""Pieces of the sheet Uncertainty: what comes of the trials, and what drives it."""
