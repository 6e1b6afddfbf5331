"""`studio serve`: the operations over HTTP, and the messages of others. Thin: no SQL and no vendor in here."""
