"""One module for each function, of the same name."""
