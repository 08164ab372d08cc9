"""What a department must act on, from opening to settling."""
