"""Questions that managers put to the people of their department, confirmed by HR."""
