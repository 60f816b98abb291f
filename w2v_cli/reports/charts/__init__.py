"""Charts as inline SVG: scales, curves, and the picture of a ledger. No library is needed."""
