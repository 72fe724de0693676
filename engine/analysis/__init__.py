"""Questions about results: gradients, sensitivity, goals, closed forms, published figures, checks."""
