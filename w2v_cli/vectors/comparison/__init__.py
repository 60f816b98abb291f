"""Compare vectors of several models, and look at the vectors of one as a whole. NumPy only."""
