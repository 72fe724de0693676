"""What a plan and its results become: a workbook, a terminal's tables, JSON."""
