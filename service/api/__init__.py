"""The native API: a blueprint a resource, schemas beside it."""
