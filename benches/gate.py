#!/usr/bin/env python3
"""Measures the cost of the leak gate: a list with 10,000 private strings and one with none, in the same run.

  benches/gate.py [RECIPIENTS [ROUNDS [PROGRAM]]]     defaults: 1000, 5, target/release/openletter

Both campaigns make the same letters, with a roll of 50 names. The larger list also has 2,500 withheld signatories with
four private strings each: a name, its two words and an address. Prints the best times of `preview --list`, which makes and
searches every letter and writes nothing, and their ratio. The target is a ratio below 2.
"""

import pathlib
import subprocess
import sys
import tempfile
import time

RECIPIENTS, ROUNDS = (int(value) for value in (sys.argv[1:3] + ["1000", "5"][len(sys.argv[1:3]):]))
PROGRAM = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else "target/release/openletter").resolve()

CAMPAIGN = """[campaign]
id = "gate"
title = "A letter"
organisation = "Lantern Alliance"
date = 2018-01-11
[letter]
from = "Lantern Alliance <letters@lantern.example>"
"""


def word(number: int) -> str:
    """A word that no letter holds, another for each number."""
    letters = "bdfgklmnprstvz"
    syllables = "".join(letters[number // 14**at % 14] + "aeiou"[(number + at) % 5] for at in range(4))
    return "Qu" + syllables


def campaign(folder: pathlib.Path, hidden: int) -> None:
    (folder / "templates").mkdir(parents=True)
    (folder / "campaign.toml").write_text(CAMPAIGN)
    paragraph = "We write about what everybody knows and nobody says, and we ask for an answer. " * 12
    letter = f"Subject: A letter\n\n{{{{salutation}}}}\n\n{paragraph}\n\n{{{{closing}}}}\n\n{{{{roll}}}}\n"
    (folder / "templates/letter.md.hbs").write_text(letter)
    to = (f"r{at},Ada Okoro,r{at}@council.example\n" for at in range(RECIPIENTS))
    (folder / "recipients.csv").write_text("id,name,email\n" + "".join(to))
    named = (f"Named{word(at)} Person{word(at + 50)},full,given,\n" for at in range(50))
    rows = (
        f"{word(2 * at + 1000)} {word(2 * at + 1001)},withheld,given,{word(2 * at + 9000).lower()}@inbox.example\n"
        for at in range(hidden)
    )
    (folder / "signatories.csv").write_text("name,display,consent,email\n" + "".join(named) + "".join(rows))


def seconds(folder: pathlib.Path) -> float:
    begun = time.monotonic()
    subprocess.run([PROGRAM, "preview", "--list"], cwd=folder, check=True, capture_output=True)
    return time.monotonic() - begun


with tempfile.TemporaryDirectory() as desk:
    none, many = pathlib.Path(desk, "none"), pathlib.Path(desk, "many")
    campaign(none, 0)
    campaign(many, 2500)
    times = [(seconds(none), seconds(many)) for _ in range(ROUNDS)]
    without, with_all = (min(column) for column in zip(*times))
    print(f"{RECIPIENTS} letters: {without:.3f} s without, {with_all:.3f} s with 10,000 private strings; "
          f"ratio {with_all / without:.2f}")
