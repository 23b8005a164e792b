"""Step Functions: moto's interpreter with what it lacks, and the record of all executions."""
