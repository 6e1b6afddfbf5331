"""Programs that measure; docs/performance.md names each with its figures."""
