"""Archives: files of comments in, a file of scores out, in bounded memory and in the same order."""
