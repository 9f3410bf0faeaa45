"""The exact moments of the terms, from the moments of raw columns and the tallies under labels.

An **atom** is a raw column within a cell: u · 1[labels = cell]. Products of two atoms are sums under the joint labels, zero where
their cells disagree, so only cells that occur are looked at. A term is a combination of atoms with dyadic factors,

    t = Σ_i T_ti · atom_i        M = T A Tᵀ        A the sums of products of atoms

1 for a level, −1 for the base of sum coding, a row of a basis. All of it is done in integers, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from math import sqrt
from typing import Any

from wxb.design.joints import Joint, joint_of, joints_of
from wxb.design.pieces import Level
from wxb.design.structure import Structure, Term
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments.exact import Moments
from wxb.moments.gathered import Gathered
from wxb.moments.ledger import LateLedger, Ledger

MOST = 10_000  # terms whose sums of products are formed
MANY = 100  # terms from which on the sums are worked out when first looked at
Atom = tuple[Joint, tuple[Level, ...], int]  # label columns, their levels, raw column
Sparse = dict[int, int]


def moments_of(design: Structure, gathered: Gathered, whole: Structure | None = None) -> Moments:
    """Exact moments of all terms of a closed design, target last. whole : what was gathered for, where that has more pieces"""
    plain, names = gathered.plain, design.layout.terms
    if [term.made for term in design.terms] == list(design.columns):
        return plain if plain.terms == names else replace(plain, terms=names)
    rounding = (*(_rounding(term, plain) for term in design.terms), plain.rounding[-1])
    if len(names) > MANY:
        ledger: Ledger = LateLedger(lambda: _ledger(whole or design, gathered, _Atoms.of(design)))
    else:
        ledger = _ledger(whole or design, gathered, _Atoms.of(design))
    return Moments(
        names,
        plain.targets,
        plain.rows,
        ledger,
        rounding,
        plain.weighted,
        plain.precision,
        plain.noise,
        plain.log_weights,
    )


def _rounding(term: Term, plain: Moments) -> float:
    """The unit roundoff of a term: of a combination, what those of its columns come to where it is small beside them."""
    combination = term.component.combination
    units = [plain.rounding[column - 1] if column else 0.0 for column, __ in combination]
    if len(units) == 1 or not any(units):
        return units[0]
    noise = sum(Fraction(u) ** 2 * f**2 * plain.exact(c, c) for u, (c, f) in zip(units, combination))
    size = sum(f * g * plain.exact(c, d) for c, f in combination for d, g in combination)
    return sqrt(noise / size) if size > 0 else max(units)


@dataclass(slots=True)
class _Atoms:
    """Atoms by number, and each column of the moments (1, terms, target) as a combination of them."""

    numbers: dict[Atom, int] = field(default_factory=dict[Atom, int])
    rows: list[dict[int, Fraction]] = field(default_factory=list[dict[int, Fraction]])

    @classmethod
    def of(cls, design: Structure) -> _Atoms:
        atoms = cls()
        atoms.rows.append({atoms._number(((), (), 0)): Fraction(1)})
        for term in design.terms:
            atoms.rows.append(atoms._term(design, term))
        atoms.rows.append({atoms._number(((), (), len(design.columns) + 1)): Fraction(1)})
        return atoms

    def _number(self, atom: Atom) -> int:
        return self.numbers.setdefault(atom, len(self.numbers))

    def _term(self, design: Structure, term: Term) -> dict[int, Fraction]:
        coded = design.pieces[term.piece].categories
        joint = joint_of(design, [one.column for one in coded])
        signed: list[list[tuple[Level, int]]] = []
        for one, level in zip(coded, term.levels):
            summed = not one.full and design.category(one.column).coding == "sum"
            signed.append([(level, 1), (design.base(one.column), -1)] if summed else [(level, 1)])
        found: dict[int, Fraction] = {}
        for choice in product(*signed):
            at = {one.column: level for one, (level, __) in zip(coded, choice)}
            cell = tuple(at[column] for column in joint)
            sign = -1 if sum(s < 0 for __, s in choice) % 2 else 1
            for column, factor in term.component.combination:
                found[self._number((joint, cell, column))] = sign * factor
        return found

    def by_joint(self) -> dict[Joint, dict[tuple[Level, ...], list[tuple[int, int]]]]:
        """{label columns: {cell: (raw column, number)}}"""
        found: dict[Joint, dict[tuple[Level, ...], list[tuple[int, int]]]] = {}
        for (joint, cell, column), number in self.numbers.items():
            found.setdefault(joint, {}).setdefault(cell, []).append((column, number))
        return found


def _ledger(design: Structure, gathered: Gathered, atoms: _Atoms) -> Ledger:
    if len(atoms.rows) > MOST:
        count, numbers = len(atoms.rows) - 2, f"{len(atoms.rows) ** 2:.1e}"
        raise NumericalError(
            _(
                "the sums of products of {count} terms are not formed: they would be {numbers} numbers",
                count=count,
                numbers=numbers,
            ),
            _("leave out what takes them: `test=`, `folds=`, `lr=`"),
        )
    sums = _Sums.of(design, gathered)
    products: list[Sparse] = [{} for __ in atoms.numbers]
    groups = list(atoms.by_joint().items())
    for place, (one, cells) in enumerate(groups):
        for other, others in groups[: place + 1]:
            for i, j, value in sums.products(design, (one, cells), (other, others)):
                products[i][j] = products[j][i] = value
    raw = [column for __, __, column in atoms.numbers]
    exponents, rows = zip(*(_whole(row, [sums.exponents[raw[i]] for i in row]) for row in atoms.rows))
    half = [_applied(row, products) for row in rows]
    return Ledger(list(exponents), [[_dot(one, other) for other in rows] for one in half])


def _whole(row: Mapping[int, Fraction], exponents: Sequence[int]) -> tuple[int, Sparse]:
    """(f, T): Σ factor · 2^e · atom = 2^f Σ T · atom, T whole."""
    shifts = [e - (value.denominator.bit_length() - 1) for value, e in zip(row.values(), exponents)]
    finest = min(shifts)
    return finest, {i: value.numerator << (shift - finest) for (i, value), shift in zip(row.items(), shifts)}


def _applied(row: Sparse, products: Sequence[Sparse]) -> Sparse:
    """Σ_i T_i A_ij."""
    if len(row) == 1:
        [(i, factor)] = row.items()
        return products[i] if factor == 1 else {j: factor * value for j, value in products[i].items()}
    found: Sparse = {}
    for i, factor in row.items():
        for j, value in products[i].items():
            found[j] = found.get(j, 0) + factor * value
    return found


def _dot(one: Sparse, other: Sparse) -> int:
    return sum(factor * one.get(j, 0) for j, factor in other.items())


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums of products of raw columns as integers, those of u·v in units of 2^(f_u + f_v).

    exponents : f of (1, raw columns, target)        plain : of all rows
    tallies : {label columns: (labels of the cells, {(u, v): sums by cell})}
    """

    exponents: list[int]
    plain: list[list[int]]
    tallies: dict[Joint, tuple[Sequence[tuple[Any, ...]], dict[tuple[int, int], list[int]]]]

    @classmethod
    def of(cls, design: Structure, gathered: Gathered) -> _Sums:
        own = gathered.plain.ledger
        found: dict[Joint, dict[tuple[int, int], tuple[list[int], int]]] = {}
        excess = 0
        for joint, pairs in joints_of(design).items():
            tally = gathered.tallies[joint]
            found[joint] = {pair: tally.integers(place) for place, pair in enumerate(pairs)}
            for (u, v), (values, exponent) in found[joint].items():
                if any(values):
                    excess = max(excess, own.exponents[u] + own.exponents[v] - exponent)
        exponents = [e - (excess + 1) // 2 for e in own.exponents]
        aligned = {
            joint: {
                (u, v): _shifted(values, exponent - exponents[u] - exponents[v])
                for (u, v), (values, exponent) in columns.items()
            }
            for joint, columns in found.items()
        }
        return cls(
            exponents,
            own.aligned(exponents),
            {joint: (gathered.tallies[joint].labels, columns) for joint, columns in aligned.items()},
        )

    def products(self, design: Structure, one: Any, other: Any) -> Iterator[tuple[int, int, int]]:
        """(atom, atom, Σ of their product) for all that is not zero."""
        (joint, cells), (second, others) = one, other
        union = joint_of(design, [*joint, *second])
        if not union:
            for u, i in cells[()]:
                for v, j in others[()]:
                    yield i, j, self.plain[u][v]
            return
        labels, columns = self.tallies[union]
        mine, theirs = ([union.index(column) for column in part] for part in (joint, second))
        for place, label in enumerate(labels):
            left = cells.get(tuple(label[p] for p in mine))
            right = others.get(tuple(label[p] for p in theirs)) if left else None
            if not left or not right:
                continue
            for u, i in left:
                for v, j in right:
                    yield i, j, columns[(u, v) if u <= v else (v, u)][place]


def _shifted(values: list[int], shift: int) -> list[int]:
    return [value << shift for value in values] if shift > 0 else values if not shift else [v >> -shift for v in values]
