"""One file for each command. It parses the arguments, makes one call, and prints the result."""
