"""A list as a file: CSV for Dutch Excel, XLSX, or Parquet. No cell of any of them can be run by a spreadsheet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet
from openpyxl import Workbook
from starlette.responses import Response

from dashboards.csv_file import csv_file, runs
from dashboards.trends.few import Withheld

Cell = str | int | float | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    return csv_file(f"{name}.csv", header, (["" if value is None else value for value in row] for row in rows))


def as_xlsx(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("cijfers")
    for row in [header, *rows]:
        sheet.append([f"'{value}" if isinstance(value, str) and runs(value) else _plain(value) for value in row])
    file = BytesIO()
    book.save(file)
    return _download(f"{name}.xlsx", file.getvalue(), XLSX)


def as_parquet(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Columns of whole numbers, of numbers or of text; what is withheld or unknown in a column of numbers is empty."""
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    table = Table.from_pydict({called: _column(values) for called, values in zip(header, columns, strict=True)})
    file = BytesIO()
    write_parquet(table, file)
    return _download(f"{name}.parquet", file.getvalue(), "application/vnd.apache.parquet")


FORMS: Mapping[str, Callable[[str, Sequence[str], Iterable[Sequence[Cell]]], Response]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
    "parquet": as_parquet,
}


def _column(values: Sequence[Cell]) -> Array:
    figures = [None if isinstance(value, Withheld) else value for value in values]
    if all(value is None or isinstance(value, int) for value in figures) and values:
        return Array(figures, DataType.int64())
    if all(value is None or isinstance(value, int | float) for value in figures) and values:
        return Array([None if value is None else float(value) for value in figures], DataType.float64())
    return Array([None if value is None else str(value) for value in values], DataType.utf8())


def _plain(value: Cell) -> Cell:
    return str(value) if isinstance(value, Withheld) else value


def _download(name: str, content: bytes, media_type: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
