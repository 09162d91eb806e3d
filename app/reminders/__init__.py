"""E-mails about a cycle."""
