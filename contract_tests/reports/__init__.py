"""A run's report in the forms that people and programs read. Nothing here asks."""
