"""Trials as formulas: quantiles, where they are cut, and the model once more over them."""
