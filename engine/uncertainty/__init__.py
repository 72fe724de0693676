"""What the uncertainty of the inputs makes of the outputs: quantiles, points, simulation, and what drives it."""
