"""What the municipality wants done with a signal, in a file it can read and change."""
