"""fal: its adapter against a server that speaks its protocol, which its own SDK holds to the truth."""
