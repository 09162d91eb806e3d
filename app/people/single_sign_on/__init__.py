"""Signing in at a provider: whom it means, how an account is linked, and what that changes."""
