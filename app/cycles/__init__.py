"""What a cycle is: its plan, its state, its frozen roster and readers."""
