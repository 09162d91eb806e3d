"""Comments heard by leaders."""
