"""Charts bound to a plan, and their series."""
