"""The firmware in NumPy: the same integers, vectorized over windows."""
