"""Measures the simulated boards: `make bench`."""
