"""The load generator of the agent, over real sockets."""
