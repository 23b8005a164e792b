"""What crosses the wire: forms, events, the identity provider."""
