"""Who rates whom in a cycle, and who takes part."""
