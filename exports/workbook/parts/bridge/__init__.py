"""From one scenario to another: what each change adds, as lines of working, a table and a waterfall."""
