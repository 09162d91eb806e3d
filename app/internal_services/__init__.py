"""The services in the house: who runs them, and what is asked about them in a cycle."""
