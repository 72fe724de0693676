"""The tables of numbers behind charts, and the charts that show them."""
