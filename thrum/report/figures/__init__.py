"""One module for each figure. Each returns a function that draws it; `narrow` is for a phone."""
