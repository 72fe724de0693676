"""Two versions of data files: which cells differ, which of them matter most, and what each adds to an output."""
