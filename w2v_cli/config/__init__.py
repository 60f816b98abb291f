"""The settings of a run: how options are declared, what there are, and where values come from."""
