"""The sheets of what is drawn, of the trials, and of what comes of them."""
