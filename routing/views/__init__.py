"""Saved views of trends, told by mail each week."""
