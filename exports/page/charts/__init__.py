"""Charts as SVG, of which the script draws the same."""
