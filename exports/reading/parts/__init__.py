"""The parts of a workbook's file, each read as it streams by, within bounds."""
