"""What a plan and its results become for readers, what comes back of it, and rules for any workbook."""
