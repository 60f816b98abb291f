"""The settings of a run: how options are declared, which options exist, where values come from."""
