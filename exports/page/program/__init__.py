"""A plan as JavaScript: its rows as statements over one array of numbers."""
