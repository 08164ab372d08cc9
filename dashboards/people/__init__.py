"""Who may look and act: accounts, sign-in, sessions, and the one table of rights."""
