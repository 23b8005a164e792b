"""EventBridge rules, queues and their pollers, e-mail and SMS."""
