"""What the store announces to the apps above it."""

from django.dispatch import Signal

# Sent with tenant=Tenant after projections of that tenant have moved, outside any transaction.
projections_advanced = Signal()
