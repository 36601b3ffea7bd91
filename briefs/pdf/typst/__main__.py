"""Makes a PDF on standard output or in a file, from JSON on standard input.

    python briefs/pdf/typst [document.pdf] < document.json

`briefs/pdf/typesetter.py` runs this as a separate process, so that no text can crash the
processes that serve pages. It uses no settings and no database, and it reads only the template
beside it and the fonts.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).resolve().parent
LONGEST_SECONDS = 120


def main() -> None:
    # The alarm signal kills the process, even inside a library call.
    signal.alarm(LONGEST_SECONDS)
    document = sys.stdin.read()
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[HERE])
    try:
        # An accessible PDF (PDF/UA-1), in our font for titles and those of typst.
        made = compile(document, fonts, "ua-1")
    except typst.TypstError as error:
        # Letters missing from those fonts rule out PDF/UA-1. The machine's fonts may have them.
        print(f"not PDF/UA-1: {error.message}", file=sys.stderr)
        made = compile(document, typst.Fonts(font_paths=[HERE]), [])
    if len(sys.argv) > 1:
        # Rename the finished file, so that readers never see a part of it.
        part = f"{sys.argv[1]}.part"
        Path(part).write_bytes(made)
        os.replace(part, sys.argv[1])
    else:
        sys.stdout.buffer.write(made)


def compile(document: str, fonts: typst.Fonts, standards: Any) -> bytes:
    """The bytes of the PDF. Without Typst packages, which would come from the network."""
    return typst.compile(
        str(HERE / "document.typ"),
        root=str(HERE),
        font_paths=fonts,
        sys_inputs={"document": document},
        pdf_standards=standards,
        package_path=os.devnull,
        package_cache_path=os.devnull,
        timestamp=0,
    )


if __name__ == "__main__":
    main()
