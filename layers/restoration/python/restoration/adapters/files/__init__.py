"""Files that lie beside a function."""
