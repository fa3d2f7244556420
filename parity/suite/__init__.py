"""Running scenarios: every framework side by side with scratch, from initial weights to verdict."""
