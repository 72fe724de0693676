"""What sheets are made of."""
