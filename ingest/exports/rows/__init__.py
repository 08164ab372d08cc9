"""Rows of files, streamed: one module per format, one shape of row."""
