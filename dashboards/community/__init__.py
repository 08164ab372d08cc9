"""What may be shown of how a town talks: totals, and nothing of fewer than five people."""
