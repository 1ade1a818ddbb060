"""Chooses votes and threshold that keep the budget of false alarms."""
