"""Text tables as a Table: one file or many with the same columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wxb.data import csv_dialect, csv_part
from wxb.data.begin import begin
from wxb.data.csv_dialect import Dialect, SampleKind, sampled_kind
from wxb.data.csv_part import TextPart
from wxb.data.csv_rows import layout_hint, space_hint
from wxb.data.dates import DateForm
from wxb.data.field import Field, kinds_of
from wxb.data.gate import Gate
from wxb.data.kinds import NUMBER, TEXT, Kind, truth
from wxb.data.problems import all_missing, text_column
from wxb.data.roles import Roles
from wxb.data.selection import Selection
from wxb.data.source_file import SourceFile
from wxb.data.table import Scan
from wxb.data.text_times import look_like_days, reader_of
from wxb.data.words import is_missing
from wxb.errors import DataError
from wxb.i18n import _, both, few
from wxb.near import list_names
from wxb.printable import show


@dataclass(slots=True)
class TextTable:
    """CSV and TSV files with the same columns."""

    name: str
    files: list[SourceFile]
    dialects: list[Dialect]
    threads: int | None
    columns: tuple[str, ...] = field(init=False)
    _kinds: dict[int, SampleKind] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = tuple(name or _("column {i}", i=i + 1) for i, name in enumerate(self.dialects[0].header))
        for file, dialect in zip(self.files[1:], self.dialects[1:]):
            same_columns(self.files[0].name, self.dialects[0].header, file.name, dialect.header)

    @property
    def rereadable(self) -> bool:
        return True

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return kinds_of(self._fields())

    def scan(self, selection: Selection) -> Scan:
        self._refuse_headerless(selection.target)
        fields = self._fields()
        notes = dict.fromkeys(note for dialect in self.dialects for note in dialect.notes)
        try:
            scan = begin(self.name, fields, selection, self._parts, layout=self.dialects[0].layout, notes=notes)
        except DataError as error:
            raise self._with_hint(error, selection.names) from None
        self._refuse_no_rows()
        self._refuse_idle_form(fields)
        for file, dialect in zip(self.files[1:], self.dialects[1:]):
            self._refuse_other_kinds(scan.roles, file, dialect)
        return replace(scan, notes=(*scan.notes, *self._unnamed_notes())) if selection.features is None else scan

    def _parts(self, gate: Gate) -> Iterator[TextPart]:
        count, database = len(self.files), None
        if any(csv_part.is_large(file) for file in self.files):
            from wxb.data.csv_database import Database

            database = Database(self.threads)
        for number, (file, dialect) in enumerate(zip(self.files, self.dialects), 1):
            yield TextPart(file, dialect, gate, database, several=count > 1, more=number < count)

    def _fields(self) -> list[Field]:
        return [self._field(position, name) for position, name in enumerate(self.columns)]

    def _field(self, position: int, name: str) -> Field:
        named = bool(self.dialects[0].header[position])
        kind = self._kind(position)
        whole = self.dialects[0].whole and len(self.files) == 1
        problem = None
        if kind.text:
            problem = lambda: text_problem(self.files[0], self.dialects[0], position, name)  # noqa: E731
        elif kind.empty and whole and self.dialects[0].sample:
            rows = len(self.dialects[0].sample)
            problem = lambda: all_missing(self.name, name, rows)  # noqa: E731
        date = self.dialects[0].layout.date
        if kind.meaning is None:
            meaning = truth(kind.word) if kind.word else TEXT if kind.text and not kind.disguised else NUMBER
            note = self._days(position, name, kind)
            return Field(name, position, meaning, kind.integral, note, problem, named, doubtful=bool(note))
        note = f"{show(name)}: {kind.meaning.note}"
        if date:
            note = _(
                "{name}: dates of the form {form} or ISO 8601; {note}",
                name=show(name),
                form=date,
                note=kind.meaning.note,
            )
        problem = self._mixed_zones(position, name, kind.meaning.aware)
        return Field(name, position, kind.meaning, True, note, problem, named)

    def _days(self, position: int, name: str, kind: SampleKind) -> str:
        """What to say of whole numbers that could be days."""
        cells = [row[position] for __, row in self.dialects[0].sample if len(row) > position] if kind.integral else []
        if not look_like_days(cells):
            return ""
        return _(
            '{name}: numbers that could be days ({strip}); `date="%Y%m%d"` reads days',
            name=show(name),
            strip=cells[0].strip(),
        )

    def _mixed_zones(self, position: int, name: str, aware: bool) -> Callable[[], DataError] | None:
        """The problem of a column whose sample has instants with a time zone and without."""
        read = reader_of(self.dialects[0].layout.date)
        first: tuple[str, str] = ("", "")
        for line, row in self.dialects[0].sample:
            found = read(row[position]) if len(row) > position else None
            if found is None:
                continue
            if found[1] != aware:
                there = _("line {line}: {row}", line=line, row=show(row[position]))
                with_zone, without = (first[1], there) if aware else (there, first[1])
                what = _(
                    "{name}: column {name2} has instants with a time zone ({with_zone}) and without ({without}), "
                    "which cannot be compared",
                    name=self.files[0].name,
                    name2=show(name),
                    with_zone=with_zone,
                    without=without,
                )
                return lambda: DataError(what, _("give every one of them the same way"))
            first = first if first[1] else ("", _("line {line}: {row}", line=line, row=show(row[position])))
        return None

    def _kind(self, position: int) -> SampleKind:
        """The kind of a column: the first file's in which it holds something."""
        if position not in self._kinds:
            name = self.dialects[0].header[position]
            kinds = (kind_in(dialect, name, position) for dialect in self.dialects)
            self._kinds[position] = next((kind for kind in kinds if not kind.empty), SampleKind(empty=True))
        return self._kinds[position]

    def _refuse_headerless(self, target: str | None) -> None:
        header = self.dialects[0].header
        if csv_dialect.looks_like_data(header) and self.dialects[0].layout.skip is None:
            what = _(
                "line {line} looks like data, not like names: {header}",
                line=self.dialects[0].header_line,
                header=list_names(header),
            )
            if target is not None and target not in header:
                what = _("there is no column {column}; {what}", column=show(target), what=what)
            raise DataError(
                f"{self.files[0].name}: {what}",
                _("put a line with the names of the columns first; `skip=0` takes these numbers as names"),
            )

    def _with_hint(self, error: DataError, asked: Sequence[str]) -> DataError:
        """The error, with how the file may have to be read for a column that is not there."""
        absent = next((name for name in asked if name not in self.columns), None)
        hint = "" if absent is None else layout_hint(self.files[0], self.dialects[0], absent)
        return DataError(error.what, "; ".join(part for part in (hint, error.do) if part)) if hint else error

    def _refuse_idle_form(self, fields: Sequence[Field]) -> None:
        date = self.dialects[0].layout.date
        if date is None:
            return
        read = DateForm.of(date).nanoseconds
        for one in fields:
            cells = [row[one.position] for __, row in self.dialects[0].sample if len(row) > one.position]
            if one.kind.is_time and any(read(cell) for cell in cells):
                return
        raise DataError(
            _(
                "{name}: no column has dates of the form {date} (whole numbers are dates where every one "
                "fits a form such as %Y%m%d)",
                name=self.name,
                date=show(date),
            ),
            _("compare the form with a cell: %d is the day, %m the month, %Y the year, %H:%M:%S the time"),
        )

    def _refuse_no_rows(self) -> None:
        if all(dialect.whole and not dialect.sample for dialect in self.dialects):
            raise DataError(
                _(
                    "{name}: there are no data rows, only the header {columns}",
                    name=self.name,
                    columns=list_names(self.columns),
                ),
                _("give at least one row of data"),
            )

    def _refuse_other_kinds(self, roles: Roles, file: SourceFile, dialect: Dialect) -> None:
        for role in roles.numeric:
            name = self.dialects[0].header[role.position]
            kind = kind_in(dialect, name, dialect.header.index(name))
            meant = role.kind if role.kind.is_time else None
            if not kind.empty and (kind.word, kind.meaning) != (role.word, meant):
                words = _("{word}/other words", word=role.word) if role.word else _("numbers")
                second = kind.meaning.described if kind.meaning else _("yes/no words") if kind.word else _("not")
                raise DataError(
                    _(
                        "{file}: column {name} holds {first} in {other}, but {second} here",
                        file=file.name,
                        name=show(role.name),
                        first=meant.described if meant else words,
                        other=self.files[0].name,
                        second=second,
                    ),
                    _("write the column the same way in every file"),
                )

    def _unnamed_notes(self) -> tuple[str, ...]:
        blank = [i + 1 for i, name in enumerate(self.dialects[0].header) if not name]
        return few(_("column {i} has no name: left out", i=i) for i in blank)


def kind_in(dialect: Dialect, name: str, position: int) -> SampleKind:
    where = (
        position if position < len(dialect.header) and dialect.header[position] == name else dialect.header.index(name)
    )
    return sampled_kind(
        [row[where] for __, row in dialect.sample if len(row) > where], dialect.decimal, dialect.layout.date
    )


def same_columns(first: str, columns: Sequence[str], name: str, others: Sequence[str]) -> None:
    """Raise DataError when two files of one table differ in their columns; their order may differ."""
    if tuple(columns) == tuple(others):
        return
    lacking = [column for column in columns if column not in others]
    extra = [column for column in others if column not in columns]
    said = []
    if lacking:
        said.append(_("it lacks {lacking}", lacking=list_names(lacking, 5)))
    if extra:
        said.append(_("it has {extra} besides", extra=list_names(extra, 5)))
    if not said:
        if sorted(columns) == sorted(others) and len(set(columns)) == len(columns):
            return
        said.append(_("the same name occurs a different number of times"))
    raise DataError(
        _("{name} has other columns than {first}: {said}", name=name, first=first, said=both(*said)),
        _("read files with the same columns together"),
    )


def text_problem(file: SourceFile, dialect: Dialect, position: int, name: str) -> DataError:
    """Why a column of text cannot be used as numbers, from its sampled cells."""
    cells = [
        (_("line {line}", line=line), row[position])
        for line, row in dialect.sample
        if len(row) > position and not is_missing(row[position])
    ]
    scope = "" if dialect.whole else _(" in the first {count} rows", count=len(dialect.sample))
    return text_column(file.name, name, cells, scope=scope, decimal=dialect.decimal, hint=space_hint(dialect))
