"""Two inputs at once: what the chosen output is at each place of a square of both."""
