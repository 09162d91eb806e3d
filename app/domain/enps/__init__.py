"""The 0-10 question: score, change, and the units that may be shown."""
