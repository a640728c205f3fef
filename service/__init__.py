"""Who asks, who decides, what is kept? HTTP, store, archives and the command line."""
