"""Reads `[data]`, and the values, members and groups that stand in its files."""
