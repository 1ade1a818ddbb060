"""Compares a board with the reference, bit for bit."""
