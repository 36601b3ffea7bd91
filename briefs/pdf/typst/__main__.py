"""Sets a document: JSON on standard input, a PDF on standard output or in a file.

    python briefs/pdf/typst [document.pdf] < document.json

A process of its own, started by `briefs/pdf/typesetter.py`: whatever a text does to the typesetter,
whoever serves pages goes on. It knows no settings and no database, and reads no file but
the template beside it and the fonts.
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
    # The alarm ends the process, whatever it is at.
    signal.alarm(LONGEST_SECONDS)
    document = sys.stdin.read()
    fonts = typst.Fonts(include_system_fonts=False)
    try:
        # An accessible PDF by the letter of PDF/UA-1, set in the fonts that come along.
        made = compile(document, fonts, "ua-1")
    except typst.TypstError as error:
        # Letters that those fonts lack forbid the name, and may be in a font of the machine.
        print(f"not PDF/UA-1: {error.message}", file=sys.stderr)
        made = compile(document, typst.Fonts(), [])
    if len(sys.argv) > 1:
        # Whole or not at all.
        part = f"{sys.argv[1]}.part"
        Path(part).write_bytes(made)
        os.replace(part, sys.argv[1])
    else:
        sys.stdout.buffer.write(made)


def compile(document: str, fonts: typst.Fonts, standards: Any) -> bytes:
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
