"""Verdicts of boards on serial lines, as messages of an MQTT broker: `thrum gateway`."""
