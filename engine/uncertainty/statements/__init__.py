"""What may hold in a case, and in which cases it does."""
