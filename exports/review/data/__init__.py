"""Data files reviewed: which bytes they had, what changed in them, and their hashes brought up to date."""
