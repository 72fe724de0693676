"""Where everything stands, and by which headings it is found again."""
