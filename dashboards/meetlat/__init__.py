"""The yardstick: how far a municipality has come from broadcasting to working together, with the evidence."""
