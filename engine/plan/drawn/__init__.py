"""What of a plan is uncertain: the draws of its inputs, and how these go together."""
