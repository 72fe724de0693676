"""The way back: what was changed in a workbook, taken into the model's text."""
