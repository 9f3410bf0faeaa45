"""An estimate, what was asked and what was read: a model, with what should be known of it in words."""

from __future__ import annotations

from typing import Any

from wxb.design.part import part_of
from wxb.estimate import Estimate
from wxb.model.model import Model
from wxb.question import Question
from wxb.report.warnings import warnings_of


def assemble(estimate: Estimate, question: Question, *, notes: tuple[str, ...] = (), **read: Any) -> Model:
    """notes : of the reader        read : the other fields of a `Fitted` that say what was read"""
    said = (*notes, *warnings_of(estimate))
    if estimate.steps is not None:
        from wxb.model.chosen import of_chosen

        read |= of_chosen(estimate, read)
    if estimate.stages is not None:
        read |= _without_instruments(estimate, read)
    return Model(estimate=estimate, question=question, notes=notes, warnings=said, **read)


def _without_instruments(estimate: Estimate, read: dict[str, Any]) -> dict[str, Any]:
    """What was read of the terms of the line alone."""
    design, kept = part_of(read["design"], estimate.layout.terms)
    ranges = read.get("column_ranges")
    if ranges is not None and len(ranges) != len(read["design"].columns):  # of a model that another was made of
        kept = tuple(range(len(ranges)))
    return {
        "whole_design": read["design"],
        "design": design,
        "column_ranges": None if ranges is None else tuple(ranges[column] for column in kept),
    }
