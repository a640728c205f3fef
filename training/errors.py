"""Refusals of the training room."""


class TrainingError(ValueError):
    """Something the person at the keyboard can mend: a file, a field, a setting; the message says which."""
