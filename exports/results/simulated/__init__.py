"""What a simulation found, for a person and for a program."""
