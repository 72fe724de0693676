"""What the author wrote: records, reading, rewriting, bounds."""
