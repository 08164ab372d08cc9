"""How residents and the municipality talk, month by month, as totals."""
