"""One module per figure: each returns a function that draws it; `narrow` is for a phone."""
