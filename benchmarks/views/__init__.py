"""Pages about the facts of deployments."""
