"""IAM: each call is judged by the policies of who makes it, and by those of what it is made on."""
