"""Who rates whom: the everyone policy, the balanced sample and what a plan asks of people."""
