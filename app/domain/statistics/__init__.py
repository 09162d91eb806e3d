"""Formulas about ratings: numbers in, numbers out; nothing here knows a report."""
