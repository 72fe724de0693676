"""Charts as pictures, and matplotlib's door."""
