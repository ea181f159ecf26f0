"""Benchmarks of the figures that we promise."""
