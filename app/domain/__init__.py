"""The rules of peer review as plain Python: standard library and numpy, no framework."""
