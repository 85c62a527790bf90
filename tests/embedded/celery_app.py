"""A Celery app with one task, connected to the site's broker module, for workers in tests."""

import os
import time
from pathlib import Path

from celery import Celery

from arena import broker
from arena.celery import app as site

app = Celery("embedded_test", set_as_current=False)
app.conf.update(
    broker_url=site.conf.broker_url,
    broker_transport_options=site.conf.broker_transport_options,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_default_queue="embedded_test",
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
)
broker.connect(app)


@app.task
def note_and_hold(path: str) -> None:
    """Add the pid of this process to the file; the first run then works until it is killed."""
    notes = Path(path)
    with notes.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if len(notes.read_text().split()) == 1:
        time.sleep(3600)
