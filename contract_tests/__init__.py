"""What is asked: tests of any deployment of an OpenAPI document, over HTTP only."""
