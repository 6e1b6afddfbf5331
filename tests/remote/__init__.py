"""The remote face: the same operations, over HTTP."""
