"""The review of a pull request: which models it is of, whether each holds, and the comment that tells it."""
