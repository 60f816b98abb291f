"""Tables in, answers out: the model directory, queries, file formats. NumPy only."""
