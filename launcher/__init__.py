"""Starts and stops everything on one machine, and brings in the example municipality as a user's own data would come."""
