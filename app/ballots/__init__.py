"""Sealed ballots, the two key halves, and the pages that fill them in."""
