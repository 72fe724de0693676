"""What formulas of time and of loans commonly get wrong."""
