"""How results go along an input: in straight lines, or with kinks and steps."""
