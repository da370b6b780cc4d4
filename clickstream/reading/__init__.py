"""Raw files as tables of text: every row of a file is in its table or among its rejected rows."""

from clickstream.reading.files import read_raw
from clickstream.reading.raw import Dialect, RawTable, complaint, file_names, open_backend

__all__ = ["Dialect", "RawTable", "complaint", "file_names", "open_backend", "read_raw"]
