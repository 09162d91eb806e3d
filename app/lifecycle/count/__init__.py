"""What happens when a cycle closes: the count, and forgetting for certain."""
