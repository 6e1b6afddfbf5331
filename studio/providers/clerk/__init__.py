"""Clerk: who may log in. What its wire says about people, and the directory of all of them."""
