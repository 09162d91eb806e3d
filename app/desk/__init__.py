"""HR's desk: what needs doing, most urgent first, and the same for machines."""
