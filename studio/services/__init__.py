"""The use-cases: each public method is one thing a person asks for, and opens its own transactions."""
