"""The start page per role, and HR's desk."""
