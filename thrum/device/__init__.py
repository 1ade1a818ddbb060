"""Talks to a board over its serial line."""
