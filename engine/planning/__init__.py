"""From a model to a plan: checks, resolution, lowering, recurrences, equations."""
