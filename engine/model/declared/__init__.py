"""What a model declares and how that is read: dimensions, calendars, groups, choices, rollups, scenarios, charts."""
