"""Likely causes of a machine's vibration, by rules that an analyst recognises."""
