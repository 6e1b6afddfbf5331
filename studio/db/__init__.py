"""Tables, sessions and migrations. Nothing here knows a provider or a terminal."""
