"""What a person may see of a request, and how it is repeated."""
