"""Many cases of a model, as somebody lists them: a grid of values, or a file of cases."""
