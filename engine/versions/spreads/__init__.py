"""How far outputs spread in two versions: what moves, and which change moved it."""
