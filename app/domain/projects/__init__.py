"""Improvement projects: their steps, and whether the figure they were to move has moved."""
