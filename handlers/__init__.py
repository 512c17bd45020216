"""What answers: a server that keeps the promise of an OpenAPI document."""
