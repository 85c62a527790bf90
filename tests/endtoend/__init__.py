"""Runs of benchmarks from end to end: real servers, real agents, a real browser."""
