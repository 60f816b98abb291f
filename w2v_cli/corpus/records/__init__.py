"""Texts that are a field of records: JSON Lines, tables with a header, Parquet files."""
