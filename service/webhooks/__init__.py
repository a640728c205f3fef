"""Webhooks: a site's own systems are told of decisions, signed, until they have them."""
