"""Dimensions on Inputs and Model: their own lines, the heads of columns, and rows taken together along time."""
