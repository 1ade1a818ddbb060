"""Records the raw samples of a board into a folder with a manifest."""
