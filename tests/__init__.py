"""Tests; each one is a sentence."""
