"""Messages from outside: each is verified, written down, answered, and only then worked on, once."""
