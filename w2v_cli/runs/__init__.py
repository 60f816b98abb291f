"""One whole run, callable from Python: count, encode, train, save, resume."""
