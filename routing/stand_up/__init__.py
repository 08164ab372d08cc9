"""The stand-up: what is told, what became of yesterday, and how it was kept."""
