"""Networks that users wrote: what they are, whether their backprop is right, and what the mistake is."""
