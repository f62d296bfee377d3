"""People who work at the desk, and who is on which client now."""
