"""What the engines beside ours say, read, doubted and put in our words."""
