#!/usr/bin/env python3
"""Is the format's page enough? The reader that was written from it reads every sample of every version to the records that the dumps beside the
samples list. The other lines of the dumps (session, definitions, damage) are not its business.

    format_page_oracle.py FOLDER    the folder with the samples, formats/recording
"""
import difflib
import glob
import os
import re
import sys

sys.dont_write_bytecode = True
from upr_reader import lines_of  # noqa: E402

RECORD = re.compile(r"^\d+ \[\d+\] ")


def main():
    samples = sorted(glob.glob(os.path.join(sys.argv[1], "v*", "*.upr")))
    failed, records = 0, 0
    for sample in samples:
        with open(sample, "rb") as file:
            found = list(lines_of(file.read()))
        with open(sample[:-4] + ".txt", encoding="utf-8", errors="surrogateescape") as file:
            expected = [line.rstrip("\n") for line in file if RECORD.match(line)]
        records += len(found)
        if found != expected:
            failed += 1
            print("\n".join(difflib.unified_diff(expected, found, sample[:-4] + ".txt", sample, lineterm="", n=1)))
    print(f"{len(samples)} samples, {records} records, {failed} of the samples differ")
    if failed or len(samples) < 11 or records == 0:
        sys.exit(1)


main()
