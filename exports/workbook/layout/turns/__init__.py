"""What the cases are made of beside scenarios and ends of ranges."""
