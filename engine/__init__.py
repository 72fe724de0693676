"""The language, the checked plan and the numbers."""
