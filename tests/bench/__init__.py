"""Measurements, printed by make bench; no tests."""
