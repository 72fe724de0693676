"""What a simulation found, for who imports plainsheet."""
