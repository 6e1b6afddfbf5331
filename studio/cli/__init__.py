"""Words in, words out: what is typed becomes a call of a service, and its answer becomes lines or JSON."""
