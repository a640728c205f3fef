"""A store filled with invented comments, so that a newcomer can look around: ``make demo``."""
