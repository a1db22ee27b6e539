"""Accounts, posts, the matrix of who answers for what where, and what each may see."""
