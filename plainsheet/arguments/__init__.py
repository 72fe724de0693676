"""What a caller may hand over: names, scenarios, and changes in the tables of others."""
