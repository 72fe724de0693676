"""Data files: found beside a model, hashed whole, and read as tables of columns."""
