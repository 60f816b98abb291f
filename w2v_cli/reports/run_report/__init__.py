"""The report on a model: one page that shows how it was trained and what its vectors are like."""
