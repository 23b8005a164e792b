"""Tables in DynamoDB."""
