"""What does this comment read as? Text in, scores out; no HTTP, no database, no torch."""
