"""The executions of the state machine."""
