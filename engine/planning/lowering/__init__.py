"""The passes of a formula, from what an author wrote to what a plan holds."""
