"""What somebody must know now: whom it goes to, when it may, and how often."""
