"""What people and systems write, made plain: HTML, mails with what they quote, moments."""
