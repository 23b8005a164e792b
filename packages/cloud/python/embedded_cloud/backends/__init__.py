"""moto, which holds the state of most services: the way to it over HTTP and without, and what is mended in it."""
