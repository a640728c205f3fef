"""How is a model made, judged and improved? Example files in, a bundle and a report out."""
