"""Sent to apps above: what only an account leads to must go with the account."""

from django.dispatch import Signal

# Argument: user. Sent outside any transaction, before the account is deleted. A receiver that
# raises DomainError keeps the account, so that it can be closed again.
account_closing = Signal()
