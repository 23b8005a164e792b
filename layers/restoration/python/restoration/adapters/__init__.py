"""What the domain needs of the outside world, one narrow module each."""
