"""What watching uses of torch that torch does not promise to keep, and what is not watched where a name is missing.

    torch._C._dynamo.eval_frame.set_code_exec_strategy    since 2.7; `skip_code` before it
    all others                                            in every version from 2.5 to 2.13

What a rule reads of a graph's nodes (`_sequence_nr`, `_saved_…`) is not here: a rule that fails is switched off, and said.
"""

from __future__ import annotations

from typing import Any

from wxb.i18n import N_, _

COMPILERS = N_("the compiler may look at what watching does, and compile anew because of it")
OPERATIONS = N_("operations are not looked at, only losses, gradients and steps")
MODES = N_("modes of yours may see what watching computes")
FAKE = N_("training on fake tensors is taken for training")
MISSED = (
    (("_C._dynamo.eval_frame.set_eval_frame",), COMPILERS),
    (("_C._dynamo.eval_frame.set_code_exec_strategy", "_C._dynamo.eval_frame.skip_code"), COMPILERS),
    (("_C._len_torch_function_stack",), OPERATIONS),
    (("overrides._push_mode",), OPERATIONS),
    (("overrides._pop_mode",), OPERATIONS),
    (("_C.DisableTorchFunction",), MODES),
    (("_C._DisableTorchDispatch",), MODES),
    (("_C._len_torch_dispatch_stack",), FAKE),
    (("_C._get_dispatch_mode",), FAKE),
    (("_C._TorchDispatchModeKey",), FAKE),
    (("optim.lr_scheduler._enable_get_lr_call.__enter__",), N_("schedules are not followed")),
    (("utils.data.dataloader._BaseDataLoaderIter.__next__",), N_("batches of a loader are not compared")),
)  # names of which one does, and what is missed without


def of(torch: Any, path: str, otherwise: Any = None) -> Any:
    """What stands at a path in torch, else `otherwise`."""
    found = torch
    for name in path.split("."):
        found = getattr(found, name, None)
        if found is None:
            return otherwise
    return found


def nothing(*what: Any) -> int:
    """In place of a function that counts what there is none of."""
    return 0


def missing(torch: Any) -> list[str]:
    """What this torch lacks, a sentence for each."""
    return [
        _("this PyTorch has no `{name}`: {missed}", name=f"torch.{paths[0]}", missed=_(missed))
        for paths, missed in MISSED
        if not any(of(torch, path) is not None for path in paths)
    ]
