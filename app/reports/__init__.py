"""Personal reports on screen and on paper."""
