"""A department's own question: to whom it may be put, and what is released of the answers."""
