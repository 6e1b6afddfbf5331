"""Asaas, who takes people's payments: customers, checkouts, subscriptions and what was paid. Centavos, never floats."""
