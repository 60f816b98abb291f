"""Several workers: which they are, how they start, how they exchange and combine their tables."""
