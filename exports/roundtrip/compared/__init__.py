"""A workbook beside the one that an export of the same text writes: what was moved in it, and what else differs."""
