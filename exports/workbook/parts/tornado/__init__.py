"""Inputs one at a time: their ends, what results are there, and how these are ranked."""
