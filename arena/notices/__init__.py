"""Webhooks and e-mail digests: who is told what is new on a board, and how it went."""
