"""What benchmarks share: a service and its peer, callers, requests, made-up events."""
