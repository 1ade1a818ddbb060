"""Programs that give a simulated board a serial line."""
