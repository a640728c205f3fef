"""What should happen to a comment, given how it reads."""
