"""What an operator asks of an installation: is it well, keep a copy of it, bring it back."""
