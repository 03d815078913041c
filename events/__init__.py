"""What can happen on a timeline, and the log it is written to."""
