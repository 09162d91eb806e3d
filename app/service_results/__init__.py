"""What was released about the services in the house, and who reads it."""
