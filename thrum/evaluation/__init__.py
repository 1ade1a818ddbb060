"""Judges recordings and counts false alarms and detections."""
