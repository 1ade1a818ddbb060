"""Thrum: listens to a machine's vibration and raises an alarm when it changes."""
