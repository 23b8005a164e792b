"""The daily and the monthly report: when it is made, how it is written as a mail and as a table, where it is kept."""
