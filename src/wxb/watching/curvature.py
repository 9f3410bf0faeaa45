"""The largest curvature of the user's own loss, from Hessian–vector products: Lanczos with full reorthogonalisation.

    H v = ∂(g·v)/∂θ,   g = ∂loss/∂θ kept differentiable      gradient descent is stable iff lr · λmax(H) < 2
    heavy ball β: lr · λmax < 2 (1 + β)                       Nesterov β: lr · λmax < 2 (1 + β) / (1 + 2β)

Lanczos rather than power iteration: on a flat spectrum power iteration stops early and errs low by about a per cent,
which reports a limit that is too high. Works on the live graph (`autograd.grad`, never `backward`): no `.grad` is
written, no forward is re-run, so buffers and random state stay as they are.
Shapes: parameters are flattened to (p,).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

from wxb.watching.finding import NOWHERE, Site

PRODUCTS = ((1_000, 32), (10_000, 20), (float("inf"), 10))  # parameters up to → Hessian–vector products at most
RELATIVE_RESIDUAL = 1e-4


@dataclass(frozen=True, slots=True)
class Curvature:
    """λmax of a loss at one point.

    `gradient`: list of tensors, one per parameter. `steepest`: (p,) unit eigenvector. `residual`: ‖Hv − λv‖ / λ.
    """

    largest: float
    gradient: list[Any]
    steepest: Any
    residual: float
    products: int


def limit(curvature: float, momentum: float = 0.0, nesterov: bool = False) -> float:
    """The largest stable learning rate of a quadratic with that curvature."""
    if curvature <= 0:
        return math.inf
    rate = 2.0 * (1.0 + momentum) / curvature
    return rate / (1.0 + 2.0 * momentum) if nesterov else rate


def flatten(tensors: list[Any], torch: Any) -> Any:
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors])


def measure(loss: Any, parameters: list[Any], torch: Any, grad: Any, seconds: float = math.inf) -> Curvature:
    """λmax of `loss` with respect to `parameters`; cut short after so many processor seconds, never above λmax.

    `grad` is torch's own `autograd.grad`, unwatched.
    """
    until = time.thread_time() + seconds
    count = sum(parameter.numel() for parameter in parameters)
    steps = min(count, next(products for most, products in PRODUCTS if count <= most))
    gradient = grad(loss, parameters, create_graph=True, materialize_grads=True)

    def product(vector: Any) -> Any:
        pieces = [piece.view_as(p) for piece, p in zip(vector.split([p.numel() for p in parameters]), parameters)]
        active = [(g, piece) for g, piece in zip(gradient, pieces) if g.requires_grad]
        if not active:
            return torch.zeros_like(vector)
        outputs, directions = zip(*active)
        columns = grad(outputs, parameters, grad_outputs=directions, retain_graph=True, materialize_grads=True)
        return flatten(list(columns), torch)

    start = flatten(list(gradient), torch)
    own = torch.Generator(device="cpu").manual_seed(0)  # its own generator: the user's random state is not read
    noise = torch.randn(count, generator=own, dtype=start.dtype).to(start.device)
    scale = start.norm()
    direction = start / scale + 0.1 * noise / noise.norm() if bool(scale > 0) else noise
    largest, vector, residual, used = lanczos(product, direction / direction.norm(), steps, torch, until)
    return Curvature(largest, [piece.detach() for piece in gradient], vector, residual, used)


def lanczos(product: Any, start: Any, steps: int, torch: Any, until: float = math.inf) -> tuple[float, Any, float, int]:
    """Largest eigenvalue, its vector, the relative residual, and the number of products, of a symmetric operator.

    until : the thread's processor time after which no other product begins
    """
    basis, diagonal, below = [start], [], []
    value, weights, residual = 0.0, None, math.inf
    for step in range(steps):
        image = product(basis[-1])
        diagonal.append(float(image @ basis[-1]))
        for _ in range(2):  # twice is enough (Parlett): one pass leaves rounding of the size of the cancellation
            for column in basis:
                image = image - (image @ column) * column
        reach = float(image.norm())
        value, weights = _top(diagonal, below, torch)
        residual = reach * abs(float(weights[-1])) / max(abs(value), 1e-300)
        if not math.isfinite(reach) or residual < RELATIVE_RESIDUAL or reach < 1e-12 * max(abs(value), 1e-300):
            break
        if time.thread_time() > until:
            break
        if step + 1 < steps:
            below.append(reach)
            basis.append(image / reach)
    assert weights is not None
    vector = sum(float(weight) * column for weight, column in zip(weights, basis))
    return value, vector, residual, len(diagonal)


def _top(diagonal: list[float], below: list[float], torch: Any) -> tuple[float, Any]:
    tri = torch.diag(torch.tensor(diagonal, dtype=torch.float64, device="cpu"))
    for i, entry in enumerate(below):
        tri[i, i + 1] = tri[i + 1, i] = entry
    if not bool(torch.isfinite(tri).all()):
        return math.nan, torch.ones(len(diagonal), dtype=torch.float64, device="cpu")
    values, vectors = torch.linalg.eigh(tri)
    return float(values[-1]), vectors[:, -1]


@dataclass(slots=True)
class Measurement:
    """A curvature together with what was true when it was taken, to be judged at the end of the run."""

    curvature: Curvature
    parameters: list[Any]
    loss: float
    index: int
    summed_over: int
    direction: str
    share: float
    lr: float | None = None
    momentum: float = 0.0
    nesterov: bool = False
    gradient_used: str = ""
    site: Site = NOWHERE
