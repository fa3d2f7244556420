"""What the checks are worth: which mistakes they catch, how small an error they see, how often they cry wolf."""
