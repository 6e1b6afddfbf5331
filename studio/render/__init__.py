"""Turns pictures, words and sound into a film; knows no vendor and no database."""
