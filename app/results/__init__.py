"""What was released: the only thing papers and pages read."""
