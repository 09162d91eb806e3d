"""Improvement projects: what becomes of comments, reasons, statements and services."""
