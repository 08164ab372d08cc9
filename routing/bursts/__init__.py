"""What is more than weekday and season explain."""
