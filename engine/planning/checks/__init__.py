"""What can be wrong with a model before its formulas are looked into."""
