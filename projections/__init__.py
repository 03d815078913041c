"""What the log means: the read model in SQLite, folded from events."""
