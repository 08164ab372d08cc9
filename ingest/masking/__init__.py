"""What masking looks for: marks (numbers, addresses, accounts), names, and what touches health."""
