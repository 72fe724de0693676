"""Where everything stands on the sheets of what is drawn."""
