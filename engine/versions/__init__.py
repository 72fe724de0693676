"""Two versions of a model: paired, told apart, mixed, attributed."""
