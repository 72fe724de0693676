"""Writes values into a model: into its text where they stand there, into its data files where they stand in these."""
