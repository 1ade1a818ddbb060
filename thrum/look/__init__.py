"""Recordings as Thrum reads them, in numbers that an engineer can check against his own."""
