"""Explaining a live tensor: the known numbers, the laws, and that nothing of the user's is touched."""

from __future__ import annotations

import gc
import json
import random
import weakref

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from support import garbage
from wxb.errors import UsageError
from wxb.explaining.recording import record
from wxb.explaining.tensor import Explanation, explain


def node(explained: Explanation, name: str):
    return next(node for node in explained.graph.nodes if node.name == name)


def number(quantity) -> float:
    assert quantity is not None
    return quantity.scalar


def edge_numbers(explained: Explanation) -> dict[tuple[str, str], float]:
    nodes = explained.graph.nodes
    return {
        (nodes[edge.source].name, nodes[edge.target].name): number(edge.derivative) for edge in explained.graph.edges
    }


def scalar(value: float):
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def test_the_notebooks_chain() -> None:
    w = scalar(2.0)
    y = w**2
    z = 2 * y + 5
    explained = explain(z)
    assert [number(one.value) for one in explained.graph.nodes] == [2.0, 4.0, 8.0, 13.0]
    assert [one.value_source for one in explained.graph.nodes] == ["leaf", "live", "computed", "result"]
    assert edge_numbers(explained) == {("w", "y"): 4.0, ("y", "u1"): 2.0, ("u1", "z"): 1.0}
    assert [number(one.gradient) for one in explained.graph.nodes] == [8.0, 2.0, 1.0, 1.0]
    assert "dz/dw = dz/du1 · du1/dy · dy/dw = 1 · 2 · 4 = 8" in str(explained)
    assert "dy/dw = 2w = 4" in str(explained)
    assert w.grad is None


def test_fan_out_sums_both_paths() -> None:
    w = scalar(2.0)
    a = 2 * w
    b = a * a
    c = a + b
    explained = explain(c)
    assert number(node(explained, "w").gradient) == 18.0
    assert number(node(explained, "a").gradient) == 9.0
    assert edge_numbers(explained)["a", "b"] == 8.0
    (chain,) = explained.graph.chains
    assert chain.path_count == 2
    assert sorted(chain.products) == [2.0, 16.0]
    assert "db/da · da/dw = 1 · 8 · 2 = 16" in str(explained)
    assert "dc/dw = 16 + 2 = 18" in str(explained)


def test_the_notebooks_cost_at_epoch_0() -> None:
    x_train = torch.FloatTensor([[1], [2], [3]])
    y_train = torch.FloatTensor([[2], [4], [6]])
    W = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    hypothesis = x_train * W + b
    cost = torch.mean((hypothesis - y_train) ** 2)
    explained = explain(cost)
    assert number(node(explained, "W").gradient) == pytest.approx(-18.6666666, rel=1e-6)
    assert number(node(explained, "b").gradient) == pytest.approx(-8.0, rel=1e-6)
    text = str(explained)
    assert "−18.667" in text
    assert "(−1.333)·1 + (−2.667)·2 + (−4)·3 = −18.667" in text
    assert "u1 = x_train·W" in text
    assert max(len(line) for line in text.splitlines()) <= 80
    assert (W.grad, b.grad) == (None, None)


def test_recording_knows_what_autograd_does_not_save() -> None:
    w = torch.tensor([2.0, 3.0], requires_grad=True)
    y_train = torch.tensor([1.0, 7.0])
    with record():
        error = w - y_train
        total = (error + 5).sum()
    explained = explain(total, names={"w": w, "y_train": y_train})
    assert node(explained, "error").title == "error = w − y_train"
    assert node(explained, "error").value_source == "recorded"
    assert node(explained, "error").value.numbers == (1.0, -4.0)
    assert node(explained, "u1").expression == "error + 5"
    assert node(explained, "u1").where.startswith("test_explain.py:")
    assert "autograd does not save" not in str(explained)
    bare = (w - y_train).exp().sum()
    assert "w − …" in str(explain(bare, names={"w": w}))


def test_recording_names_modules_leaves_nothing_and_nests() -> None:
    from torch.nn.modules import module as hooks

    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh())
    x = torch.ones(1, 2)
    with garbage.of_its_own():
        with record(), record():
            out = model(x)
            loss = out.sum()
        assert not hooks._global_forward_hooks
        assert not hooks._global_forward_pre_hooks
        assert not torch.overrides._get_current_function_mode_stack()
        explained = explain(loss)
        assert node(explained, "out").where.startswith("test_explain.py:")
        with pytest.raises(ZeroDivisionError), record():
            1 / 0  # noqa: B018
        assert not hooks._global_forward_hooks
        grad_fn = weakref.ref(out.grad_fn.metadata["wxb.record"][0].value)
        del out, loss, explained
        gc.collect()
    assert grad_fn() is None, "the notes die with the graph"


def test_a_recorded_value_changed_in_place_is_not_shown_as_it_was() -> None:
    w = torch.ones(5000, requires_grad=True)
    with record():
        big = w.cumsum(0)
    total = big.sum()
    known = {"w": w}
    assert node(explain(total, names=known), "big").value_source == "recorded"
    with torch.no_grad():
        big.add_(1)
    assert node(explain(total, names=known), "big").value_source == "modified in place"


def test_inside_record_nothing_is_said_to_be_known_inside_record() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    with record():
        chosen = torch.where(w > 1.5, w * 2, torch.zeros(2))
        moved = torch.add(w, other=3) + torch.addcmul(w, torch.ones(2), torch.ones(2))
        joined = torch.cat([w, torch.zeros(3)])
        told = [explain(one, names={}) for one in (chosen, moved, joined, (w + torch.ones(5000, 2)).sum())]
        hidden = str(explain(torch.einsum("i,ij->j", w, torch.ones(2, 2)), names={}))
    assert not any("…" in one.expression for explained in told for one in explained.graph.nodes)
    assert "inside `with wxb.record():`" not in hidden
    assert "const(5000, 2)" in str(told[-1])


def test_a_jacobian_that_is_not_known_is_labelled_with_its_size() -> None:
    A, x = torch.ones(3, 4, requires_grad=True), torch.ones(4, 2, requires_grad=True)
    explained = explain((A @ x).sum())
    (edge,) = [one for one in explained.graph.edges if explained.graph.nodes[one.source].name == "x"]
    assert edge.block == (6, 8)
    assert "Jacobian 6×8" in str(explained)
    assert "VJP 6×8" in explained.svg()


def test_no_line_is_longer_than_a_hundred_columns() -> None:
    from wxb.report.lines import page

    names = {"_".join(["a_name_that_goes_on"] * 8) + end: scalar(2.0) for end in "xy"}
    x, y = names.values()
    for width in (80, 200):
        with page(width):
            for one in (x**2 * torch.pi + 3, x.sin() * y + x * y, (x.expand(20) * y).cumsum(0).sum()):
                assert max(map(len, str(explain(one, names=names)).splitlines())) <= 100


def test_freed_graphs_say_so() -> None:
    w = scalar(2.0)
    y = w**2
    z = 2 * y + 5
    z.backward()
    explained = explain(z)
    assert "freed: use retain_graph=True" in str(explained)
    assert explained.graph.freed
    assert node(explained, "w").gradient is None
    assert number(node(explained, "z").value) == 13.0
    assert w.grad.item() == 8.0
    assert "<svg" in explained.svg()


def test_a_saved_value_modified_in_place_is_told() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w.exp()
    z = y.sum()
    with torch.no_grad():
        y.add_(1)
    explained = explain(z)
    assert "modified in place" in str(explained)
    assert node(explained, "w").gradient is None
    assert node(explained, "y").gradient.numbers == (1.0, 1.0)


def test_not_one_number_means_the_gradient_of_the_sum() -> None:
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = w**2
    explained = explain(y)
    assert node(explained, "w").gradient.numbers == (2.0, 4.0, 6.0)
    assert "the gradients are those of their sum" in str(explained)
    assert explained.graph.of == "sum(y)"


def test_several_outputs_and_operations_that_mix_elements() -> None:
    A = torch.diag(torch.tensor([1.0, 2.0, 4.0], dtype=torch.float64)).requires_grad_()
    values, vectors = torch.linalg.eigh(A)
    first, second = (A @ A).split([1, 2])
    z = values.sum() + vectors.abs().sum() * 0 + first.sum() + second[0].sum()
    explained = explain(z)
    (expected,) = torch.autograd.grad(z, A)
    quantity = node(explained, "A").gradient
    assert (quantity.low, quantity.high) == (expected.min().item(), expected.max().item())
    assert "vector–Jacobian product" in str(explained)
    assert {edge.kind for edge in explained.graph.edges} == {"vjp", "derivative"}


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.save_for_backward(x)
        ctx.factor = factor
        return factor * x * x

    @staticmethod
    def backward(ctx, *gradients):
        (x,) = ctx.saved_tensors
        return 2 * ctx.factor * x * gradients[0], None


class Both(torch.autograd.Function):
    """a·b and a + b."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b, a + b

    @staticmethod
    def backward(ctx, *gradients):
        a, b = ctx.saved_tensors
        return gradients[0] * b + gradients[1], gradients[0] * a + gradients[1]


def test_each_output_of_a_function_brings_its_own_part() -> None:
    x = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    u, v = x.chunk(2)
    p, q = Both.apply(u, v)
    found = explain((p * q).sum())
    edges = {
        (found.graph.nodes[edge.source].name, found.graph.nodes[edge.target].name): edge.contribution.numbers
        for edge in found.graph.edges
    }
    assert edges["x", "u"] == (15.0, 32.0, 0.0, 0.0)
    assert edges["x", "v"] == (0.0, 0.0, 7.0, 20.0)
    assert edges["u", "p"] == (12.0, 24.0)
    assert edges["u", "q"] == (3.0, 8.0)
    assert node(found, "u").gradient.numbers == (15.0, 32.0)


def test_complex_factors_are_conjugates_and_real_operands_have_none() -> None:
    z, w = torch.tensor(1 + 2j, requires_grad=True), torch.tensor(3.0, requires_grad=True)
    u = z * z
    found = explain((u * w).real)
    edges = {(found.graph.nodes[e.source].name, e.kind): e for e in found.graph.edges}
    assert edges["z", "derivative"].symbol == "conj(2z)"
    assert edges["z", "derivative"].derivative.scalar == 2 - 4j
    assert ("w", "vjp") in edges
    assert ("w", "derivative") not in edges
    (by,) = torch.autograd.grad((u * w).real, z)
    assert node(found, "z").gradient.scalar == by.item()


def test_formulas_as_one_would_write_them() -> None:
    def made(computed):
        return explain(computed, names={"w": w}).text()

    w = torch.tensor(2.0, requires_grad=True)
    assert "2·1" not in made(w + w)
    assert "1/w − w/w²" in made(w / w)
    assert "2^w" in made(2**w)
    assert "log(2)·result" in made(2**w)
    assert "… − w" in made(5 - w)
    with record():
        less = 5 - w
    assert "5 − w" in made(less)
    assert "−1" in made(less)
    assert "w¹" not in made(w**1)


def test_hooks_on_values_between_are_told() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    between = w**2
    between.register_hook(lambda gradient: gradient * 100)
    assert "Hooks on 1 tensor(s)" in explain(between * 3).text()


def test_custom_functions() -> None:
    w = scalar(3.0)
    y = Square.apply(w, 5.0)
    z = y + w
    explained = explain(z)
    assert number(node(explained, "w").gradient) == 31.0
    assert node(explained, "y").operation == "Square"
    assert edge_numbers(explained)["w", "y"] == 30.0


class Between(torch.autograd.Function):
    """The operands that need a gradient stand between others that do not."""

    @staticmethod
    def forward(ctx, factor, constant, x, y):
        ctx.save_for_backward(constant)
        ctx.factor = factor
        return factor * constant * x + y

    @staticmethod
    def backward(ctx, *gradients):
        (constant,) = ctx.saved_tensors
        return None, gradients[0], ctx.factor * constant * gradients[0], gradients[0]


def test_custom_functions_with_constants_between() -> None:
    x, y = scalar(3.0), scalar(4.0)
    explained = explain(Between.apply(5.0, torch.tensor(7.0), x, y) * 2)
    assert number(node(explained, "x").gradient) == 70.0
    assert number(node(explained, "y").gradient) == 2.0


def test_values_are_computed_anew_where_they_were_not_saved() -> None:
    def made():
        w, v = scalar(3.0), scalar(5.0)
        return ((w - v) * (w + v) / 4).sum()

    nodes = explain(made(), names={}).graph.nodes
    assert [number(one.value) for one in nodes] == [3.0, 5.0, -2.0, 8.0, -16.0, -4.0, -4.0]
    assert {one.value_source for one in nodes} == {"leaf", "saved", "computed", "result"}
    w, v = scalar(3.0), scalar(5.0)
    difference = explain((w - v).sum(), names={}).graph.nodes[2]
    assert (number(difference.value), difference.value_source) == (-2.0, "computed")


def test_a_backward_that_raises_is_told_and_not_raised() -> None:
    class Broken(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, *gradients):
            raise ValueError("no derivative today")

    w = scalar(3.0)
    explained = explain(Broken.apply(w) + 2 * w)
    assert "no derivative today" in str(explained)
    assert number(node(explained, "w").gradient) == 2.0


def test_reentrant_checkpoints_are_left_alone() -> None:
    from torch.utils.checkpoint import checkpoint

    w = torch.ones(3, requires_grad=True)
    layer = torch.nn.Linear(3, 3)
    reentrant = checkpoint(layer, w, use_reentrant=True).sum()
    text = str(explain(reentrant))
    assert "use_reentrant=False" in text
    assert layer.weight.grad is None
    modern = checkpoint(layer, w, use_reentrant=False).sum()
    assert node(explain(modern), "w").gradient is not None
    assert layer.weight.grad is None


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_short_floats_show_no_digits_they_do_not_have(dtype) -> None:
    w = torch.tensor(1.2345678, dtype=dtype, requires_grad=True)
    explained = explain(w * 3)
    digits = 3 if dtype.itemsize == 2 else 5
    assert explained.graph.nodes[0].value.text() == f"{w.item():.{digits}g}"
    assert explained.graph.nodes[0].value.dtype == str(dtype).removeprefix("torch.")


def test_mixed_dtypes_and_complex_intermediates() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    spectrum = torch.fft.fft(w.double())
    power = spectrum.abs().square().sum()
    explained = explain(power)
    (expected,) = torch.autograd.grad(power, w)
    assert node(explained, "w").gradient.numbers == pytest.approx(tuple(expected.tolist()))
    assert "i" in node(explained, "spectrum").value.text()
    json.loads(explained.to_json())


def test_what_cannot_be_explained_is_a_usage_error() -> None:
    w = scalar(2.0)
    for wrong, says in [
        (torch.ones(2), "requires_grad is False"),
        (w, "a leaf"),
        ((w * 2, w * 3), "one tensor"),
        (3.0, "a float"),
        (w * 1j, "complex"),
        ((w * 2).detach(), "requires_grad is False"),
    ]:
        with pytest.raises(UsageError, match=says):
            explain(wrong)
    with torch.no_grad(), pytest.raises(UsageError):
        explain(w * 2)


def test_explaining_inside_no_grad_and_record_works() -> None:
    w = scalar(2.0)
    with record():
        z = w * w
        inside = explain(z)
    with torch.no_grad():
        assert number(node(explain(z), "w").gradient) == 4.0
    assert number(node(inside, "w").gradient) == 4.0


def test_nothing_of_the_users_is_touched() -> None:
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Dropout(0.5), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    calls: list[str] = []
    model[0].weight.register_hook(lambda gradient: calls.append("leaf"))
    model[0].bias.register_post_accumulate_grad_hook(lambda parameter: calls.append("accumulated"))
    hidden = model(torch.randn(16, 4))
    hidden.register_hook(lambda gradient: calls.append("hidden"))
    hidden.retain_grad()
    loss = hidden.square().mean()
    loss.grad_fn.register_prehook(lambda gradients: calls.append("prehook"))
    model[3].bias.grad = torch.full((1,), 7.0)
    before = torch.get_rng_state(), random.getstate()
    versions = [parameter._version for parameter in model.parameters()]
    first = explain(loss)
    str(first), first.svg(), first.to_json()
    assert calls == []
    assert hidden.grad is None
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]
    assert [parameter._version for parameter in model.parameters()] == versions
    assert [parameter.grad is None for parameter in model.parameters()] == [True, True, True, False]
    assert model[3].bias.grad.item() == 7.0
    model[3].bias.grad = None
    untouched = torch.autograd.grad(loss, list(model.parameters()), retain_graph=True)
    explain(loss)
    loss.backward()
    for gradient, parameter in zip(untouched, model.parameters()):
        assert torch.equal(gradient, parameter.grad)
    assert torch.is_grad_enabled()


def test_explaining_keeps_no_tensor_of_the_caller_alive() -> None:
    def inside():
        w = torch.ones(3, requires_grad=True)
        z = (w * 2).sum()
        explained = explain(z)
        reference = weakref.ref(z)
        del z
        return explained, reference() is None

    explained, gone = inside()
    assert gone
    assert explained.graph.of == "z"


UNARY = ["sin", "cos", "tanh", "sigmoid", "exp", "neg", "square", "atan"]


@st.composite
def computations(draw: st.DrawFn):
    """A random computation on three leaves, with much sharing; shapes () or (3,)."""
    shape = draw(st.sampled_from([(), (3,)]))
    values = draw(st.lists(st.floats(-2, 2), min_size=3, max_size=3))
    leaves = [torch.full(shape if number else (), value, dtype=torch.float64) for number, value in enumerate(values)]
    leaves = [leaf.requires_grad_() for leaf in leaves]
    made = list(leaves)
    for _ in range(draw(st.integers(1, 12))):
        left, right = draw(st.sampled_from(made)), draw(st.sampled_from(made))
        kind = draw(st.sampled_from(["+", "-", "*", "/", "unary", "constant", "mean"]))
        if kind == "unary":
            made.append(getattr(torch, draw(st.sampled_from(UNARY)))(left))
        elif kind == "constant":
            made.append(left * draw(st.floats(-3, 3)) + draw(st.floats(-3, 3)))
        elif kind == "mean":
            made.append(left.mean() * right)
        elif kind == "/":
            made.append(left / (right.abs() + 0.5))
        else:
            made.append({"+": torch.add, "-": torch.sub, "*": torch.mul}[kind](left, right))
    return made[-1].sum() + leaves[0] * 0, leaves


@given(computations())
def test_gradients_equal_autograds(made) -> None:
    result, leaves = made
    explained = explain(result, names={f"leaf_{number}": leaf for number, leaf in enumerate(leaves)})
    expected = torch.autograd.grad(result, leaves, allow_unused=True)
    for number_of, gradient in enumerate(expected):
        if gradient is not None:
            found = node(explained, f"leaf_{number_of}").gradient.numbers
            torch.testing.assert_close(
                torch.tensor(found, dtype=torch.float64), gradient.reshape(-1), rtol=1e-9, atol=1e-9, equal_nan=True
            )


@given(computations())
def test_a_gradient_is_the_sum_of_what_its_edges_bring(made) -> None:
    result, _ = made
    graph = explain(result, names={}).graph
    for one in graph.nodes[:-1]:
        brought = [edge.contribution.numbers for edge in graph.edges if edge.source == one.key and edge.contribution]
        if one.gradient is None or not one.gradient.numbers or not brought:
            continue
        added = torch.tensor(brought, dtype=torch.float64).sum(0)
        found = torch.tensor(one.gradient.numbers, dtype=torch.float64)
        torch.testing.assert_close(added, found, rtol=1e-9, atol=1e-9, equal_nan=True)


@given(computations())
def test_products_along_all_paths_add_up_to_the_gradient(made) -> None:
    result, _ = made
    for chain in explain(result, names={}).graph.chains:
        if chain.products and chain.path_count == len(chain.paths):
            found = number(chain.gradient)
            assert sum(chain.products) == pytest.approx(found, rel=1e-8, abs=1e-8, nan_ok=True)


@given(computations())
def test_a_second_backward_gives_the_same_bits(made) -> None:
    result, leaves = made
    before = torch.autograd.grad(result, leaves, retain_graph=True, allow_unused=True)
    explain(result, names={})
    after = torch.autograd.grad(result, leaves, allow_unused=True)
    for one, other in zip(before, after):
        assert (one is None and other is None) or one.numpy().tobytes() == other.numpy().tobytes()
    assert all(leaf.grad is None for leaf in leaves)


def test_the_bundle_and_the_dictionary() -> None:
    w = scalar(2.0)
    z = w**2
    explained = explain(z)
    bundle = explained._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    described = json.loads(explained.to_json())
    assert described == explained.to_dict()
    assert described["nodes"][0]["value"]["numbers"] == [2.0]
    assert described["edges"][0]["derivative"]["numbers"] == [4.0]
    assert described["chains"][0]["gradient"]["numbers"] == [4.0]


def test_a_backward_that_draws_random_numbers_leaves_the_random_state() -> None:
    class Noisy(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, *gradients):
            return gradients[0] * torch.rand(())

    noisy = Noisy.apply(scalar(2.0))
    before = torch.get_rng_state()
    explain(noisy)
    assert torch.equal(torch.get_rng_state(), before)


def test_saved_tensor_hooks_are_answered() -> None:
    packed: list[int] = []
    w = scalar(2.0)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: packed.append(1) or t.numpy().copy(), torch.from_numpy):
        z = (w * w).sin()
    assert packed
    explained = explain(z)
    (expected,) = torch.autograd.grad(z, w)
    assert number(node(explained, "w").gradient) == expected.item()


def test_names_come_from_lists_modules_and_loops() -> None:
    weights = [scalar(1.0), scalar(2.0)]
    h = weights[0] * 2
    for weight in weights:
        h = h * weight
    explained = explain(h)
    names = [one.name for one in explained.graph.nodes]
    assert "weights[0]" in names
    assert "weight" in names or "weights[1]" in names
    assert len(set(names)) == len(names)
    with record():
        h = weights[0] * 2
        for _ in range(2):
            h = h * weights[1]
    names = [one.name for one in explain(h).graph.nodes if one.kind != "leaf"]
    assert names == ["h.1", "h.2", "h"]


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [(8, 256, 256, 1), (2, 3, 3, 1)], ids=["large", "tiny"])
def test_explaining_an_mlp_costs_at_most_five_backwards(sizes: tuple[int, ...]) -> None:
    import time

    inputs, first, second, outputs = sizes
    model = torch.nn.Sequential(
        torch.nn.Linear(inputs, first),
        torch.nn.Tanh(),
        torch.nn.Linear(first, second),
        torch.nn.ReLU(),
        torch.nn.Linear(second, outputs),
    )
    loss = ((model(torch.randn(first, inputs)) - torch.randn(first, 1)) ** 2).mean()
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(200 if first < 9 else 20):  # in turn: what slows one slows the other
        for taken, work in zip(seconds, (lambda: loss.backward(retain_graph=True), lambda: explain(loss))):
            started = time.perf_counter()
            work()
            taken.append(time.perf_counter() - started)
    assert min(seconds[1]) <= 5 * min(seconds[0])
