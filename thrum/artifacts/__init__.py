"""The released model: files that training writes and builds read. Standard library only."""
