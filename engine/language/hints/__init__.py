"""What a person most likely meant, by the theme of the functions that they call."""
