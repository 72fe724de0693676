"""What a page says without its script."""
