"""What returns to residents: an answer somebody agreed to, the conversations that wait for it, and whether it helped."""
