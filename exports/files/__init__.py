"""Files: which one, written whole, and git's door."""
