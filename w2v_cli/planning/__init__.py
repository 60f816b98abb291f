"""What a run will need: memory, disk and time, known before it begins."""
