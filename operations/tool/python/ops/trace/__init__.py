"""One case from the bus to power, as X-Ray has traced it (``ops trace``)."""
