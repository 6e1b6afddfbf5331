"""Frames, motion, captions, sound and files: everything that turns pictures and words into a film, knowing no vendor and no database."""
