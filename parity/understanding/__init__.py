"""What a network that somebody wrote is: found by trying and matching in the process that runs it; names are hints."""
