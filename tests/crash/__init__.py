"""The engine is killed, and its processes are, at any point: `python -m tests.crash 100`, or a few of them in tests."""
