"""Where files lie: one module per kind of storage, chosen by the registry."""
