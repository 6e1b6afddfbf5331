"""Models: one module per vendor and medium, chosen by the registry. Nothing here opens a transaction."""
