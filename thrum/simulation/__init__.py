"""Synthetic machines: their physics, their faults and their recordings."""
