"""What a signal's pages show and take: its story, its curve, what is decided, what is corrected."""
