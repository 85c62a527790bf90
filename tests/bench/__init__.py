"""Benchmarks, run by `make bench` or `python -m tests.bench [name ...]`."""

import os

# One thread for linear algebra, set before anything imports numpy and inherited by the peers, so
# that figures compare methods and not thread pools.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
