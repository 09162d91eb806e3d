"""The one-way door as pure functions: ballots in, released cells out."""
