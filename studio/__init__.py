"""The content studio in the terminal: a topic or a text becomes a finished short film."""

__version__ = "0.1.0"
