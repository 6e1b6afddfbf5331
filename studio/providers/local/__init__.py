"""Models that run on this machine without a network: pictures, voices, music and writing."""
