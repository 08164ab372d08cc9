"""Satisfaction surveys: from a file to counts by score."""
