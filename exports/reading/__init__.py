"""Any workbook, and its formulas as text and as trees; openpyxl's reading door."""
