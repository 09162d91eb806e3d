"""The attack suite: who said what, asked of everything the system keeps, prints and sends."""
