"""Answers that were given before, told again where nothing that they were made from has changed."""
