"""Makes of a Word file what mammoth can read, and tells what it can't.

mammoth turns a simple Word file into HTML. It drops without a word what it doesn't know: formulas,
fields, text boxes of newer kinds, charts, numbers of lists, and more. So the parts of a file that
hold text are first made simple (`settled.py`, `fields.py`), then read paragraph by paragraph
(`body.py`). What a brief can't have is told.
"""
