"""What is true, and how precisely it can be known."""
