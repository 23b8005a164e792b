"""Amazon S3: what has to be kept as it was written."""
