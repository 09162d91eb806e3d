"""Geometry of every chart as plain marks, and their SVG for the web."""
