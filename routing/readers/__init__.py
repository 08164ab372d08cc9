"""Who reads the digests, how they want them, and what they think of them."""
