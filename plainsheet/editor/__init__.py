"""A language server: what is wrong with a model, and what it comes to, where it is written."""
