"""Adding a source and seeing how it does: what is asked of a person, written in sources.yaml, shown before it is stored."""
