"""Vector files of other programs, one module a family."""
