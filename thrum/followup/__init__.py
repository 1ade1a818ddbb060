"""After an alarm: record, diagnose, and keep both with the alarm."""
