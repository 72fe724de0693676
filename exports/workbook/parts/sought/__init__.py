"""The value of an input that a target needs: as a reader sees it, and its working."""
