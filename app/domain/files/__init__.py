"""Tables that people bring or take along: people files, earlier quarters."""
