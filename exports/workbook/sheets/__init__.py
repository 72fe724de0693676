"""The sheets of the workbook, each as plain values."""
