"""What an audience should read, and the letter it comes in."""
