"""What happens when a cycle turns: planned, opened, counted, published."""
