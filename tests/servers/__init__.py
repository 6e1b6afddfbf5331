"""Servers that speak the protocols of the services studio talks to, on this machine only."""
