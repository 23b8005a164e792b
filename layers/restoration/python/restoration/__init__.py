"""The domain of restoring power after a payment, and its adapters."""
