"""Departments, persons, sign-in, and the guard in front of every view."""
