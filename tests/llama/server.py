"""llama.cpp's own HTTP server in a process of its own, with the tiny model.

    python -m tests.llama.server --model tiny.gguf --port 8090 --slots 4

The library is the whole server that `llama-server` is; only the program around it is this one.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

import xllamacpp

MODEL_NAME = "tiny-random"
_CONTEXT_TOKENS_A_SLOT = 4_096


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    wanted = _parser().parse_args()
    # Blocked before the server has threads, which a signal could reach instead of this one.
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    server = xllamacpp.Server(_parameters(wanted))
    print(f"listening on {server.listening_address}", flush=True)
    signal.sigwait(ends)
    sys.stdout.flush()
    # The destructor waits for busy slots; what clients still want at the end is cut off instead.
    os._exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--slots", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--draft-ngram", action="store_true", help="honest speculation")
    parser.add_argument("--spec-synth-len", type=float, default=0.0, help="faked acceptance")
    return parser


def _parameters(wanted: argparse.Namespace) -> xllamacpp.CommonParams:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(wanted.model)
    parameters.model_alias = {MODEL_NAME}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = wanted.port
    parameters.n_parallel = wanted.slots
    parameters.n_ctx = _CONTEXT_TOKENS_A_SLOT * wanted.slots
    parameters.cpuparams.n_threads = wanted.threads
    parameters.cpuparams_batch.n_threads = wanted.threads
    parameters.n_threads_http = 16
    parameters.endpoint_metrics = True
    parameters.ui = False
    parameters.fit_params = False
    parameters.cache_prompt = False
    parameters.verbosity = 1
    if wanted.draft_ngram:
        # Drafts what followed the same four tokens before; the model still checks each token.
        kind = xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE
        parameters.speculative.types = [kind]
        parameters.speculative.ngram_simple.size_n = 4
        parameters.speculative.ngram_simple.size_m = 8
    parameters.speculative.synth_len = wanted.spec_synth_len or -1.0
    return parameters


if __name__ == "__main__":
    main()
