"""What may be shown of ratings, and in which form."""
