"""The people of a desk."""
