"""What the documents show, tried out."""
