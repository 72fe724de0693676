"""The page: one HTML file that reads as a report, and recalculates."""
