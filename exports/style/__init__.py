"""Looks, number formats, numbers in words."""
