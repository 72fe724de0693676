"""Where the working stands below the cases that makes answers of them."""
