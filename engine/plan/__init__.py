"""The records of a plan, and its numbers."""
