"""What is promised: everything whose only input is an OpenAPI document."""
