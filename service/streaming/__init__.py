"""Live streams: events as they are folded, sent to whoever subscribes, each exactly once."""
