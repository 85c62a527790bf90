"""Register models, deployments and lanes, state and review their facts, run benchmarks."""

from benchmarks.commands.artifacts import UPLOADS, store_artifact
from benchmarks.commands.badges import UnknownSubject, award_badge, withdraw_badge
from benchmarks.commands.cancelling import cancel_run
from benchmarks.commands.claims import state_external_value, state_external_values
from benchmarks.commands.completing import complete_run
from benchmarks.commands.deployments import (
    declare_power,
    price_deployment,
    price_hardware,
    register_deployment,
)
from benchmarks.commands.filing import import_report, import_tool_output
from benchmarks.commands.lanes import register_lane, score_lane
from benchmarks.commands.leasing import Beat, Claimed, claim_run, expire_leases, heartbeat_run
from benchmarks.commands.model_facts import state_model_facts
from benchmarks.commands.models import model_slugs, register_model, register_models
from benchmarks.commands.names import UnknownName, decide_name, register_or_see
from benchmarks.commands.publishing import (
    LICENCE,
    invalidate_run,
    publish_run,
    release_run,
    retract_run,
)
from benchmarks.commands.recording import (
    Line,
    add_log_lines,
    fail_run,
    record_point,
    start_run,
)
from benchmarks.commands.reports import Signer
from benchmarks.commands.reproducing import confirm_reproduction
from benchmarks.commands.requesting import Wish, check_manifest, request_run
from benchmarks.commands.scores import UnknownScore, retract_score, state_scores
from benchmarks.commands.seeds import state_seed_claims
from benchmarks.commands.sovereignty import (
    Statement,
    UnknownFact,
    review_fact,
    state_reply,
    submit_fact,
)

__all__ = [
    "LICENCE",
    "UPLOADS",
    "Beat",
    "Claimed",
    "Line",
    "Signer",
    "Statement",
    "UnknownFact",
    "UnknownName",
    "UnknownScore",
    "UnknownSubject",
    "Wish",
    "add_log_lines",
    "award_badge",
    "cancel_run",
    "check_manifest",
    "claim_run",
    "complete_run",
    "confirm_reproduction",
    "decide_name",
    "declare_power",
    "expire_leases",
    "fail_run",
    "heartbeat_run",
    "import_report",
    "import_tool_output",
    "invalidate_run",
    "model_slugs",
    "price_deployment",
    "price_hardware",
    "publish_run",
    "record_point",
    "register_deployment",
    "register_lane",
    "register_model",
    "register_models",
    "register_or_see",
    "release_run",
    "request_run",
    "retract_run",
    "retract_score",
    "review_fact",
    "score_lane",
    "start_run",
    "state_external_value",
    "state_external_values",
    "state_model_facts",
    "state_reply",
    "state_scores",
    "state_seed_claims",
    "store_artifact",
    "submit_fact",
    "withdraw_badge",
]
