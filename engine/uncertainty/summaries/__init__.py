"""What is known of many values without keeping them: counts, sums and quantiles, merged from those of fewer."""
