"""Where the names of a model stand in its text: each place, with what it is the name of."""
