"""Figures that a plant judges machines by: velocity in mm/s and the zones of ISO 20816."""
