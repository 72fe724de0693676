"""A formula alone: its words, tree, parser, printer, numbers, derivatives, and sympy's door."""
