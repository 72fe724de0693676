"""What may be written at a place: keys, ids, members, units, functions."""
