"""What a decision is worth, and what it is worth to know more before it is taken."""
