"""What outputs do while inputs go one at a time from end to end of their range."""
