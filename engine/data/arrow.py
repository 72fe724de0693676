"""Reads Parquet, and CSV that has no quotes, and writes Parquet, where pyarrow is installed: its door."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Any, Final, overload

import numpy as np

from engine.data.folder import MOST_BYTES
from engine.data.table import Codes, Column, Form, Numbers, Table, are_plain, codes_of, refuse_cells, refuse_headings
from engine.problems import Mistake, shortened

# How much of a text is looked at to see which of its columns are numbers.
_LOOKED_AT: Final = 2_000
_MANY_ZEROS: Final = 300
_PLAIN: Final = Form()


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

    def __init__(self, read: Callable[[], Any]) -> None:
        self._read = read

    @cached_property
    def array(self) -> Any:  # noqa: ANN401  # of a library without types
        """Return Arrow's array of them."""
        return self._read()

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


@dataclass(frozen=True, eq=False)
class _ArrowColumn(Column):
    """A column whose cells stand in one of Arrow's arrays; `read` is that, or what of texts was read as numbers."""

    read: Any = field(default=None, repr=False)

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
        distinct, codes = one.dictionary, one.indices
        # A whole number is the text of its digits, however many there are.
        cells = _values_of(distinct.cast(pa.string()) if pa.types.is_integer(distinct.type) else distinct)
        if codes.null_count:
            codes, cells = codes.fill_null(len(cells)), [*cells, None]
        return codes_of(cells, np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int64))

    @cached_property
    def numbers(self) -> Numbers:
        """Return the cells as numbers, NaN for empty ones; raise Mistake where one is neither."""
        import pyarrow as pa  # noqa: PLC0415  # as above
        import pyarrow.compute as pc  # noqa: PLC0415

        array = self.read
        if pa.types.is_dictionary(array.type):
            array = array.cast(array.type.value_type)
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
        schema = file.schema_arrow
        refuse_headings(schema.names)
        # Of texts, each that stands in a column is made once.
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
        file = pq.ParquetFile(pa.BufferReader(content), metadata=file.metadata, read_dictionary=texts)
        table = file.read()
        columns = [_column(name, cells, _place) for name, cells in zip(schema.names, table.columns, strict=True)]
        return Table(tuple(columns), table.num_rows)
    except Mistake:
        raise
    except Exception as problem:  # noqa: BLE001  # a broken file breaks pyarrow in its own way
        reason = (str(problem) or type(problem).__name__).splitlines()[0]
        message = f"it is no Parquet: {shortened(reason, 100)}"
        raise Mistake(message, "write it again") from None


def _place(number: int) -> str:
    return f"row {number + 1}"


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
    """Return the table in UTF-8 without quotes below a line of headings; None where pyarrow is missing or refuses.

    Columns that look like numbers are read as such: their texts are looked for only where somebody asks for them.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  # as above
        import pyarrow.csv as reading  # noqa: PLC0415
    except ImportError:
        return None
    names = [str(number) for number in range(len(headings))]

    def read(kinds: Mapping[str, Any]) -> Any:  # noqa: ANN401  # as above
        return reading.read_csv(
            pa.BufferReader(content),
            reading.ReadOptions(column_names=names),
            reading.ParseOptions(delimiter=form.separator, quote_char=False),
            reading.ConvertOptions(column_types=dict.fromkeys(names, pa.string()) | dict(kinds), null_values=[""],
                                   strings_can_be_null=False, decimal_point=form.decimal),
        )  # fmt: skip

    texts = cache(lambda: read({}))

    def text_cells(number: int) -> Any:  # noqa: ANN401  # as above
        return texts().column(number)

    try:
        decimals = _find_decimals(content, form)
        table = read({name: pa.float64() for number, name in enumerate(names) if number in decimals})
    except pa.ArrowInvalid:
        try:
            table = texts()
        except pa.ArrowException:
            return None
    except pa.ArrowException:
        return None
    # A number that is too small to be one reads as 0, and is told by its text.
    has_small = cache(lambda: any(mark in content for mark in (b"e-", b"E-", b"0" * _MANY_ZEROS)))
    columns = []
    for number, (heading, cells) in enumerate(zip(headings, table.columns, strict=True)):
        if not pa.types.is_floating(cells.type):
            columns.append(_column(heading, cells, place, form))
        elif _is_told(cells, has_small):
            columns.append(_column(heading, cells, place, form, partial(text_cells, number)))
        else:
            columns.append(_column(heading, text_cells(number), place, form))
    return Table(tuple(columns), table.num_rows)


def _find_decimals(content: bytes, form: Form) -> set[int]:
    """Return the columns in which numbers stand with decimals, as far as the first lines tell."""
    if form.thousands:
        return set()
    lines = content[:_LOOKED_AT].decode(errors="replace").split("\n")[:-1]
    number = re.compile(rf"\s*-?\d+({re.escape(form.decimal)}\d+)?\s*|")
    cells = enumerate(zip(*[line.split(form.separator) for line in lines if line.strip()], strict=False))
    return {at for at, own in cells if all(map(number.fullmatch, own)) and any(form.decimal in cell for cell in own)}


def _is_told(cells: Any, has_small: Callable[[], bool]) -> bool:  # noqa: ANN401  # as above
    """Return whether cells that were read as numbers are what their texts say."""
    import pyarrow.compute as pc  # noqa: PLC0415  # as above

    is_finite = pc.all(pc.is_finite(cells), min_count=0).as_py()
    return is_finite and not (pc.any(pc.equal(cells, 0.0), min_count=0).as_py() and has_small())


def _column(  # what a column is made of
    heading: str,
    cells: Any,  # noqa: ANN401  # as above
    place: Callable[[int], str],
    form: Form = _PLAIN,
    texts: Callable[[], Any] | None = None,
) -> Column:
    """Return a column of one of Arrow's arrays; `texts` gives the cells of one that was read as numbers."""
    import pyarrow as pa  # noqa: PLC0415  # as above

    if pa.types.is_nested(cells.type):
        return Column(heading, list(map(str, _values_of(cells))), place, form)
    return _ArrowColumn(heading, _Cells(texts or (lambda: cells)), place, form, read=cells)


def _is_number(kind: Any) -> bool:  # noqa: ANN401  # as above
    import pyarrow as pa  # noqa: PLC0415  # as above

    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))
