"""``comity doctor``: what clients would see at a running service, door by door."""
