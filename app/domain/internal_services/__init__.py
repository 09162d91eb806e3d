"""What raters say of the services in the house, and what is released of it."""
