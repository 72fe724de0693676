"""A plan as a workbook of live formulas; openpyxl's writing door."""
