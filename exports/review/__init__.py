"""What a reviewer of a change wants to know: what changed, by how much, and why."""
