"""Comments heard by leaders: the mail of a day, a page to browse them, and who hears them."""
