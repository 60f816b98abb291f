"""Pictures of vectors and runs: the map of the words, and pages that show it."""
