"""Sides of a merge laid out and spelled alike, then merged piece by piece, and what must not be merged."""
