"""Pure: what may be known of a prompt or an answer from its text alone, and how it is shown."""
