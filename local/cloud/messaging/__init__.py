"""What carries messages: EventBridge rules, queues and their pollers, e-mail and SMS."""
