"""The web server: every request is received whole before a thread of the app is bound to it."""
