"""Sets one volume of the PDF: the program of a process of its own, which loads nothing but Typst.

It gets a folder with pdf.typ and volume.json, the file to write, and the folder of the fonts. Its output is what went wrong, one
line, and nothing where all went well.
"""

import sys

import typst


def typeset(root: str, file: str, fonts: str) -> str:
    """Set volume.json of a folder; return what went wrong."""
    try:
        typst.compile(
            f"{root}/pdf.typ",
            output=file,
            root=root,
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[fonts]),
            ignore_system_fonts=True,
            pdf_standards=["a-2a", "ua-1"],
        )
    except typst.TypstError as error:
        return error.message.partition('"')[0].strip()  # the rest may quote a message
    return ""


if __name__ == "__main__":
    sys.stdout.write(typeset(*sys.argv[1:]))
