"""Results in the tables of others: pandas frames, and what a notebook shows."""
