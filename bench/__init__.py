"""How fast the rooms are, as ratios measured in one run: `make bench`."""
