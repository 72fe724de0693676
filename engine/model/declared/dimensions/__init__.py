"""Reads `[dimensions]`: names and numbers, calendars, and groups of the members of others."""
