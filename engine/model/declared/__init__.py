"""What a model declares beside its quantities: dimensions, calendars, groups, charts, scenarios."""
