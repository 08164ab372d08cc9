"""The outbox, and the ways out of the house."""
