"""The registry of figures: what Luisterpost counts, what Matomo counts, and what answers say with their margin."""
