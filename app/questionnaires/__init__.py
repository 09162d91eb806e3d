"""The 14 statements, in versions that freeze once they are used."""
