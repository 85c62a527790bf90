"""What models cost: mixes of tasks, prices of tokens, electricity, hardware, break-even."""
