"""The keys of the language: what each means, for a reader, and what it may hold, as a JSON Schema for editors."""
