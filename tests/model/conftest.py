"""Generated examples have no deadline of their own: tests share their cores with other work."""

from hypothesis import settings

settings.register_profile("model", deadline=None, max_examples=60)
settings.load_profile("model")
