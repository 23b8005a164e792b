"""The stack that is deployed: a SAM template read, its references resolved, its resources created in order."""
