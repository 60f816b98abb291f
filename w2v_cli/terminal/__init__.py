"""Turn plain calls into a command line: flags, exit codes, streams, signals, the bar."""
