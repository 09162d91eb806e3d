"""Leaders who hear comments: whom HR chose, on which days, and what they have read and thanked."""
