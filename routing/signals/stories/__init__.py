"""Which messages tell the same story."""
