"""Which messages tell the same story, and what that comes down to."""
