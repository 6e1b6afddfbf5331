"""Payments become credits and paid time. What a payment gives follows from how it stands at Asaas, not from the order
in which one hears of it."""
