"""The numbers behind formulas: one at a time, and over arrays of cases."""
