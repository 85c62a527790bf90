"""Sends requests and notes when what happened: the load generator.

`run_point` measures one point of a profile. `plan` puts a profile's points into the order in which
they are measured. `python -m arena_runner.load.known_speed` is a server of known speed, and
`selftest.run` measures it, so that the error of the measurement is known too.
"""

from arena_runner.load.datasets import DatasetError
from arena_runner.load.limits import Limits
from arena_runner.load.plan import plan
from arena_runner.load.point import PointResult, run_point
from arena_runner.load.probe import TargetRefusedError
from arena_runner.load.progress import Progress
from arena_runner.load.sender import TargetUnreachableError
from arena_runner.load.target import BadTargetError, Target

__all__ = [
    "BadTargetError",
    "DatasetError",
    "Limits",
    "PointResult",
    "Progress",
    "Target",
    "TargetRefusedError",
    "TargetUnreachableError",
    "plan",
    "run_point",
]
