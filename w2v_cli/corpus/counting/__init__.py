"""Words in, exact counts and local ids on disk out, by several processes."""
