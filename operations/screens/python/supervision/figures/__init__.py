"""What each screen shows, as numbers: pure functions of what the record says, so that they can be recounted."""
