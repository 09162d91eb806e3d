"""What people answered to their department's question, for its manager and HR."""
