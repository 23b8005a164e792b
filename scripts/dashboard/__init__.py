"""The dashboard of supervision, made from the template's own functions, queues, machine and alarms."""
