"""Looks at this computer and at an installed board, and says what to do about what is wrong."""
