"""Departments' own systems: one module a kind, in one shape; what is brought there, and what comes back."""
