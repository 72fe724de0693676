"""Units: parsed, converted, inferred, and what to say of a mismatch."""
