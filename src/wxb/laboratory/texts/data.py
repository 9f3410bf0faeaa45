"""Of tables that are pasted or dropped, and of the code behind a picture."""

from wxb.i18n import N_

TEXTS: dict[str, str] = {
    "table.large": N_(
        "The text has more than {size} MB, and 1 MB is read here. A page of a large file is made by: wxb lab FILE.csv"
    ),
    "table.empty": N_("There is nothing here yet: paste two columns of numbers."),
    "table.unclosed": N_('Line {line}: a " that nothing closes.'),
    "table.no_rows": N_("There is no row with a number in both columns."),
    "table.excess": N_(
        "{n} rows are more than the {most} that can be moved here. A page of them is made by: wxb lab FILE.csv"
    ),
    "table.rows_one": N_("{n} row: {x} and {y}."),
    "table.rows_many": N_("{n} rows: {x} and {y}."),
    "table.columns_one": N_("Of {n} column the first two of numbers are taken: {x} and {y}."),
    "table.columns_many": N_("Of {n} columns the first two of numbers are taken: {x} and {y}."),
    "table.left_out_one": N_("{n} row without a number in both columns is left out."),
    "table.left_out_many": N_("{n} rows without a number in both columns are left out."),
    "table.commas": N_("Commas are read as decimal points."),
    "table.either": N_(
        "Line {line}: {cell} may be thousands or have a decimal comma. Write it without a comma, or with a point."
    ),
    "table.grouped": N_("Line {line}: {cell} has separators of thousands. Write the number without them."),
    "table.mixed": N_("Line {line}: {cell} has a comma where other cells have a point. Write all with a point."),
    "table.date": N_("Line {line}: {cell} is a date or a time. Write a number, such as the days since the first."),
    "table.range": N_(
        "These numbers are so large, or so near to 0, that their squares cannot be computed with. Write them in other units."
    ),
    "table.unreadable": N_(
        "This is no text with a table: a folder, a picture or a workbook. Save the sheet as CSV, or copy its cells."
    ),
    "table.infinite": N_("Line {line}: {cell} is too large for a number here."),
    "table.unit": N_(
        "Line {line}: {cell} is a number with something beside it. Write the number alone, the unit in the heading."
    ),
    "table.no_number": N_("Line {line}: {cell} is no number."),
    "table.one_column": N_("There is one column of numbers, {name}; two are needed, x and y."),
    "table.no_column": N_("There is no column of numbers; two are needed, x and y."),
    "code.no_command": N_(
        "wxb fit empties the gradient before each step; the steps without are those of the Python code"
    ),
    "code.one_row": N_("wxb fit asks for two rows for W and b; the steps of PyTorch need one"),
    "code.added": N_("wxb fit reads a file; the rows that were added to it stand in the Python code"),
}
