"""A formula's names, members and groups found: every dimension that an author left out filled in."""
