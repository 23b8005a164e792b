"""Our tables in DynamoDB."""
