"""Circles of formulas that feed themselves: first asked of regions, and only where these may have any of cells."""
