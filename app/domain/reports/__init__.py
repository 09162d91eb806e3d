"""What papers and pages are given: objects that hold no number that may not be shown."""
