"""Reads Parquet, and CSV that has no quotes, and writes Parquet, where pyarrow is installed: its door."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np

from engine.data.folder import MOST_BYTES
from engine.data.table import Codes, Column, Form, Numbers, Table, are_plain, codes_of, refuse_cells, refuse_headings
from engine.problems import Mistake, shortened


def _values_of(array: Any) -> list[object]:  # noqa: ANN401  # of a library without types
    """Return what stands in an array as Python's values; raise Mistake where that is no text."""
    try:
        found: list[object] = array.to_pylist()
    except (ValueError, OverflowError) as problem:
        message = f"a cell of the file cannot be read: {shortened(str(problem), 100)}"
        raise Mistake(message, "write it again") from None
    return found


class _Cells(Sequence[object]):
    """The cells of a column as Python's values, made when somebody looks at them."""

    def __init__(self, array: Any) -> None:  # noqa: ANN401  # of a library without types
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, index: int) -> object: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[object]: ...
    def __getitem__(self, index: int | slice) -> object:
        return self._list[index]

    def __iter__(self) -> Iterator[object]:
        return iter(self._list)

    @cached_property
    def _list(self) -> list[object]:
        return _values_of(self.array)


class _ArrowColumn(Column):
    """A column whose cells stand in one of Arrow's arrays."""

    @cached_property
    def factorized(self) -> tuple[tuple[str, ...], Codes]:
        """Return the texts that stand in the column, in the order of appearance, and for each cell which it has."""
        import pyarrow as pa  # noqa: PLC0415  # an extra, of a quarter of a second

        assert isinstance(self.cells, _Cells)  # noqa: S101  # it is made with them
        array = self.cells.array
        if not len(array) or pa.types.is_floating(array.type):
            return super().factorized
        array = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
        one = array.combine_chunks()
        one = one.chunk(0) if isinstance(one, pa.ChunkedArray) else one
        cells, codes = _values_of(one.dictionary), one.indices
        if codes.null_count:
            codes, cells = codes.fill_null(len(cells)), [*cells, None]
        return codes_of(cells, np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int64))

    @cached_property
    def numbers(self) -> Numbers:
        """Return the cells as numbers, NaN for empty ones; raise Mistake where one is neither."""
        import pyarrow as pa  # noqa: PLC0415  # as above
        import pyarrow.compute as pc  # noqa: PLC0415

        assert isinstance(self.cells, _Cells)  # noqa: S101  # it is made with them
        array = self.cells.array
        is_text = pa.types.is_string(array.type) and self.form.decimal == "." and not self.form.thousands
        if not is_text and not _is_number(array.type):
            return super().numbers
        try:
            read = pc.cast(pc.if_else(pc.equal(array, ""), None, array) if is_text else array, pa.float64(), safe=False)
        except pa.ArrowInvalid:
            return super().numbers
        values = np.asarray(read.to_numpy(zero_copy_only=False), dtype=np.float64)
        return values if are_plain(values, read.null_count, self.cells, is_text=is_text) else super().numbers


def read_parquet(content: bytes) -> Table:
    """Return the table in a Parquet file; raise Mistake where it is none, or pyarrow is missing."""
    try:
        import pyarrow as pa  # noqa: PLC0415  # as above
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        message = "Parquet needs pyarrow"
        raise Mistake(message, "pip install 'plainsheet[parquet]'") from None
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        _refuse_large(file.metadata)
        names = file.schema_arrow.names
        refuse_headings(names)
        return _table(names, file.read(), Form(), lambda number: f"row {number + 1}")
    except Mistake:
        raise
    except Exception as problem:  # noqa: BLE001  # a broken file breaks pyarrow in its own way
        reason = (str(problem) or type(problem).__name__).splitlines()[0]
        message = f"it is no Parquet: {shortened(reason, 100)}"
        raise Mistake(message, "write it again") from None


def _refuse_large(about: Any) -> None:  # noqa: ANN401  # as above
    """Raise Mistake by what a file says of itself, before any of it is unpacked."""
    refuse_cells(about.num_rows, about.num_columns)
    unpacked = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
    if unpacked > MOST_BYTES:
        message = f"it unpacks to {unpacked / 1e6:,.0f} MB"
        raise Mistake(message, "keep what the model uses, in another file")


def as_parquet(columns: Mapping[str, tuple[Any, Mapping[str, str]]], about: Mapping[str, str]) -> bytes:
    """Return a file of columns by heading, each its cells and what is told of them; `about` is told of all.

    Cells are a masked array, or texts and None. Raises ImportError where pyarrow is missing.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  # as above
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        message = "a parquet file needs pyarrow, which is not installed: pip install 'plainsheet[parquet]'"
        raise ImportError(message, name="pyarrow") from None
    arrays = [
        pa.array(cells.data, mask=cells.mask) if isinstance(cells, np.ma.MaskedArray) else pa.array(cells)
        for cells, _ in columns.values()
    ]
    told = [one for _, one in columns.values()]
    fields = [pa.field(name, array.type, metadata=own) for name, array, own in zip(columns, arrays, told, strict=True)]
    out = io.BytesIO()
    pq.write_table(pa.table(arrays, pa.schema(fields, dict(about))), out)
    return out.getvalue()


def read_plain(content: bytes, headings: Sequence[str], form: Form, place: Callable[[int], str]) -> Table | None:
    """Return the table in UTF-8 without quotes below a line of headings; None where pyarrow is missing or refuses."""
    try:
        import pyarrow as pa  # noqa: PLC0415  # as above
        import pyarrow.csv as reading  # noqa: PLC0415
    except ImportError:
        return None
    names = [str(number) for number in range(len(headings))]
    try:
        table = reading.read_csv(
            pa.BufferReader(content),
            reading.ReadOptions(column_names=names),
            reading.ParseOptions(delimiter=form.separator, quote_char=False),
            reading.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowException:
        return None
    return _table(headings, table, form, place)


def _table(
    headings: Sequence[str],
    table: Any,  # noqa: ANN401  # as above
    form: Form,
    place: Callable[[int], str],
) -> Table:
    import pyarrow as pa  # noqa: PLC0415  # as above

    columns = [
        Column(one, list(map(str, _values_of(cells))), place, form)
        if pa.types.is_nested(cells.type)
        else _ArrowColumn(one, _Cells(cells), place, form)
        for one, cells in zip(headings, table.columns, strict=True)
    ]
    return Table(tuple(columns), table.num_rows)


def _is_number(kind: Any) -> bool:  # noqa: ANN401  # as above
    import pyarrow as pa  # noqa: PLC0415  # as above

    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))
