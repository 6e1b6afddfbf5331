"""The tests mirror the source: tests/services/test_shorts.py is about studio/services/shorts.py."""
