"""Many clients, the updates they get, and two other ways to fan them out; for bench_live.py."""

BOARD = "text"
GROUP = "board"
