"""How a deployment is called."""

from benchmarks.queries import DeploymentInfo


def label(deployment: DeploymentInfo) -> str:
    """The deployment in one line: quantization, engine, hardware and count, operator."""
    hardware = deployment.hardware
    if hardware and deployment.node_count and deployment.node_count > 1:
        hardware = f"{deployment.node_count} × {hardware}"
    parts = (deployment.quantization, deployment.engine, hardware, deployment.operator)
    return " · ".join(part for part in parts if part)
