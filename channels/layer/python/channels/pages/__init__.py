"""HTML, written on the server. It works without script."""
