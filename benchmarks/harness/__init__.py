"""What benchmarks share: a service and its peer, callers, requests, generated events."""
