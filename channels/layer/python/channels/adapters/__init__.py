"""AWS, billing and the identity provider."""
