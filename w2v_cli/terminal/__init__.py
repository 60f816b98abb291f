"""Parts of the command line: flags, exit codes, streams, signals, the progress bar."""
