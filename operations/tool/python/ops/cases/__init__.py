"""Where each case stands (``ops cases``), and all that is known about one (``ops case``)."""
