"""OpenID Connect: asking a sign-in provider who somebody is, and believing only what it signed."""
