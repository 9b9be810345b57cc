"""Makes the samples of message tables; run it to make them anew. The people are invented.

A file whose name begins with "damaged-" holds one defect, which its name tells, between two sound rows.
"""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
ZONE = ZoneInfo("Europe/Brussels")
HEADER = ["Id", "Sent", "From", "To", "Chat", "Type", "Message"]
Row = tuple[str, datetime, str, str, str, str, str]

MAPPING = """\
layout = "{layout}"

[columns]
event = "Id"
time = "Sent"
sender = "From"
recipients = "To"
conversation = "Chat"
kind = "Type"
text = "Message"

[time]
{time}
clock = "sender"

[recipients]
separator = ";"

[kinds]
"msg" = "text"
"pic" = "picture"
"voice note" = "voice"
"""

CSV_TIME = 'format = "%d/%m/%Y %H:%M:%S"\nzone = "Europe/Brussels"'
SEMICOLONS = '\n[csv]\ndelimiter = ";"\nencoding = "cp1252"\n'


def story() -> list[Row]:
    """A short talk about a regatta, over the night in which the clocks are set back."""
    start = datetime(2021, 10, 31, 1, 30, tzinfo=ZONE)
    said = [
        ("Noor", "Sam;Ines", "msg", "Is the regatta still on?"),
        ("Sam", "Noor;Ines", "msg", 'They say "perhaps".\nLook at the flags.'),
        ("Ines", "Noor;Sam", "pic", ""),
        ("Noor", "Sam;Ines", "voice note", ""),
        ("Sam", "Noor;Ines", "msg", "Café Zeezicht, à tout à l'heure"),
        ("Ines", "Noor;Sam", "sticker", ":-)"),
    ]
    return [
        (f"r{number}", start + timedelta(minutes=20 * number), sender, to, "regatta", kind, text)
        for number, (sender, to, kind, text) in enumerate(said, 1)
    ]


def write_csv(name: str, rows: list[Row], *, delimiter: str = ",", encoding: str = "utf-8") -> None:
    """Write a table as a spreadsheet would."""
    with (HERE / name).open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(HEADER)
        writer.writerows((row[0], row[1].strftime("%d/%m/%Y %H:%M:%S"), *row[2:]) for row in rows)


def write_parquet(name: str, rows: list[Row]) -> None:
    """Write a table with timestamps that say their zone."""
    columns = dict(zip(HEADER, zip(*rows, strict=True), strict=True))
    pq.write_table(pa.table({**columns, "Sent": pa.array(columns["Sent"], pa.timestamp("ms", "UTC"))}), HERE / name)


def write_jsonl(name: str, rows: list[Row]) -> None:
    """Write a table with one object a line, and lists of recipients."""
    lines = [
        {**dict(zip(HEADER, row, strict=True)), "Sent": row[1].isoformat(), "To": row[3].split(";")} for row in rows
    ]
    (HERE / name).write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def defects() -> dict[str, bytes]:
    """The defects, by name: rows of the CSV sample."""
    return {
        "open-quote": b'x,02/11/2021 10:00:00,Sam,Noor,regatta,msg,"never closed\r\n',
        "text-behind-a-quote": b'x,02/11/2021 10:00:00,Sam,Noor,regatta,msg,"closed" too soon\r\n',
        "a-column-too-few": b"x,02/11/2021 10:00:00,Sam,Noor,regatta,msg\r\n",
        "not-utf8": b"x,02/11/2021 10:00:00,Sam,Noor,regatta,msg,caf\xe9\r\n",
        "31-february": b"x,31/02/2021 10:00:00,Sam,Noor,regatta,msg,never\r\n",
        "no-time": b"x,,Sam,Noor,regatta,msg,never\r\n",
        "a-time-that-was-skipped": b"x,28/03/2021 02:30:00,Sam,Noor,regatta,msg,never\r\n",
        "nul-bytes": b"\0\0\0\0\r\n",
    }


def main() -> None:
    """Write all samples."""
    rows = story()
    write_csv("regatta.csv", rows)
    write_csv("semicolons.csv", rows, delimiter=";", encoding="cp1252")
    write_parquet("regatta.parquet", rows)
    write_jsonl("regatta.jsonl", rows)
    (HERE / "csv.toml").write_text(MAPPING.format(layout="csv", time=CSV_TIME), "utf-8")
    (HERE / "semicolons.toml").write_text(MAPPING.format(layout="csv", time=CSV_TIME) + SEMICOLONS, "utf-8")
    (HERE / "parquet.toml").write_text(MAPPING.format(layout="parquet", time='format = "timestamp"'), "utf-8")
    (HERE / "jsonl.toml").write_text(MAPPING.format(layout="jsonl", time='format = "iso"'), "utf-8")
    header = ",".join(HEADER).encode() + b"\r\n"
    before, after = (
        f"{n},0{n}/11/2021 09:00:00,Noor,Sam,regatta,msg,{t}\r\n".encode() for n, t in ((1, "before"), (3, "after"))
    )
    for name, defect in defects().items():
        (HERE / f"damaged-{name}.csv").write_bytes(header + before + defect + after)


if __name__ == "__main__":
    main()
