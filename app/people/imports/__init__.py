"""Importing people lists: proposed, written in one transaction, and taken back as a whole."""
