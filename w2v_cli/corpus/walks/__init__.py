"""Turn a graph into sentences: random walks, whose words are the names of nodes. NumPy only."""
