"""Edits that mend what is wrong, read from the hints and proven before they are offered."""
