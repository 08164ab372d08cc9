"""What might be done with a signal, what was chosen, and what came of it."""
