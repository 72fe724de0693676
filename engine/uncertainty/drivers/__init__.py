"""What drives an output: Sobol' indices and Shapley effects."""
