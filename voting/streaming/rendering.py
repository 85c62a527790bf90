"""Render growing answers as HTML, without spending much time on it.

One rendering at a time in a process; of one battle at most every 400 ms and for at most a
twentieth of the time.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from voting.streaming.transcript import Transcript
from voting.text.markdown import render

_INTERVAL_S: Final = 0.4
_PAUSE_PER_TIME_SPENT: Final = 19
_THREAD: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rendering")


async def keep_rendered(transcript: Transcript) -> None:
    """Render what comes until the turn is stored or the battle is closed."""
    now_s = asyncio.get_running_loop().time
    epoch, pause_s = transcript.epoch, _INTERVAL_S
    while True:
        await asyncio.sleep(pause_s)
        if transcript.epoch != epoch or transcript.status != "answering":
            return
        begun_s = now_s()
        await render_all(transcript)
        pause_s = max(_INTERVAL_S, (now_s() - begun_s) * _PAUSE_PER_TIME_SPENT)


async def render_all(transcript: Transcript) -> None:
    """Render what is not rendered yet."""
    loop = asyncio.get_running_loop()
    for has in list(transcript.sides.values()):
        text = has.text
        if len(text) > has.html_characters:
            html = await loop.run_in_executor(_THREAD, render, text)
            has.html, has.html_characters = html, len(text)
            transcript.notify()
