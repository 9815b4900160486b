"""Measured against peers: `python -m tests.bench`."""
