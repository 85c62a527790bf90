"""Answers of battles: asked for, streamed, stored, and followed from any web process.

`launch` after `start_battle` or `continue_battle` (`check_capacity` before either); `follow` for
websockets and server-sent events. docs/decisions/2026-11-21-battles-in-the-web-process.md.
"""

from voting.streaming.engine import Busy, check_capacity, launch
from voting.streaming.following import follow
from voting.streaming.messages import Message

__all__ = ["Busy", "Message", "check_capacity", "follow", "launch"]
