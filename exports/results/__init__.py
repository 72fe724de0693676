"""Results for a reader: console, JSON, CSV, Markdown, diagrams."""
