"""Compare settings on one text and find the best of them in a given time."""
