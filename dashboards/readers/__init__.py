"""What a reader of the digests reaches with a signed link, without an account."""
