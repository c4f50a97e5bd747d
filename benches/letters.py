#!/usr/bin/env python3
"""How fast letters are made and written, in ratios within one run.

  benches/letters.py [--rounds 5] [--only NAME] [PROGRAM]      target/release/openletter unless given
  benches/letters.py --instructions [--most 300000] [PROGRAM]  instructions a letter alone, by callgrind

The letter is the sample's, in text and HTML, to 1,000 recipients; the lists are the sample's 56 signatories and an invented
10,000. `check` is held against `mailmerge --dry-run` (PyPI, in a virtual environment made for it) with the same text
and the roll inlined, in letters per second of CPU time; `write` against creating, writing and closing the same bytes in
a program in C, both in memory (/dev/shm). Rounds are paired, and the table has the medians of their ratios.
A slope is the difference of two runs, divided by that of their letters: start-up and lists are not in it.
"""

import argparse
import csv
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("program", nargs="?", default=ROOT / "target/release/openletter")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--only", default="", help="the rows whose name holds this")
parser.add_argument("--instructions", action="store_true")
parser.add_argument("--most", type=int, help="fail above so many instructions a letter")
arguments = parser.parse_args()
PROGRAM = pathlib.Path(arguments.program).resolve()

RAW = r"""
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static int letters, threads; static size_t size; static char *bytes, *folder;
static void *work(void *at) {
  char path[4096];
  for (int i = (int)(long)at; i < letters; i += threads) {
    snprintf(path, sizeof path, "%s/%05d", folder, i);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file < 0 || write(file, bytes, size) != (ssize_t)size || close(file)) exit(1);
  }
  return 0;
}
int main(int n, char **words) {
  if (n < 5) return 2;
  folder = words[1]; letters = atoi(words[2]); size = atoi(words[3]); threads = atoi(words[4]);
  bytes = malloc(size); memset(bytes, 'x', size);
  pthread_t all[8];
  for (long i = 0; i < threads; i++) pthread_create(&all[i], 0, work, (void *)i);
  for (int i = 0; i < threads; i++) pthread_join(all[i], 0);
}
"""


def word(number: int, letters: str = "bdfgklmnprstvz") -> str:
    """An invented word, another for each number."""
    return "".join(letters[number // len(letters) ** at % len(letters)] + "aeiou"[(number + at) % 5] for at in range(4)).capitalize()


def campaign(folder: pathlib.Path, recipients: int, signatories: int) -> pathlib.Path:
    """The sample with lists of these lengths."""
    folder.mkdir(parents=True)
    for files in ("templates", "attachments", "images"):
        shutil.copytree(ROOT / files, folder / files)
    settings = (ROOT / "campaign.toml").read_text()
    (folder / "campaign.toml").write_text(settings.replace("expect = 10\n", f"expect = {recipients}\n"))
    with open(ROOT / "recipients.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(folder / "recipients.csv", "w", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys())
        out.writeheader()
        for at in range(recipients):
            row = dict(rows[at % len(rows)])
            row["id"], row["email"] = f"{row['id']}-{at}", f"r{at}.{row['email']}"
            # Nobody has another's name; titles and addresses repeat.
            if at >= len(rows) and row["family_name"]:
                row["given_name"], row["family_name"] = word(at, "chjqwxy"), word(3 * at, "chjqwxy")
            out.writerow(row)
    with open(ROOT / "signatories.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(folder / "signatories.csv", "w", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys())
        out.writeheader()
        for at in range(signatories):
            row = dict(rows[at % len(rows)])
            if at >= len(rows):
                given, family = word(at), word(3 * at + 1)
                row.update(id=f"more-{at}", name=f"{given} {family}", given_name=given, family_name=family, statement="")
                row.update(sort_key=f"{family.lower()} {given.lower()}", email=f"{given.lower()}.{at}@inbox.example")
                row.update(pseudonym="", display="full" if at % 2 else "withheld")
            out.writerow(row)
    return folder


def mailmerge(folder: pathlib.Path, recipients: int, signatories: int) -> pathlib.Path:
    """The same text for mailmerge: the text part of a letter, with the salutation put in for each."""
    source = campaign(folder / "source", 1, signatories)
    text = run([PROGRAM, "preview", "1"], source)[1]
    body = text.split("\n\n", 1)[1].replace("{", "(").replace("}", ")")
    body = re.sub(r"Dear Ms\. Okafor:", "{{salutation}}", body, count=1)
    (folder / "letter.txt").write_text(f"TO: {{{{email}}}}\nSUBJECT: A letter\nFROM: letters@example.org\n\n{body}")
    (folder / "server.conf").write_text("[smtp_server]\nhost = localhost\nport = 2525\n")
    rows = (f"r{at}@northlight.example,Dear recipient {at}:\n" for at in range(recipients))
    (folder / "list.csv").write_text("email,salutation\n" + "".join(rows))
    return folder


def run(command: list, folder: pathlib.Path) -> tuple[float, str]:
    """The seconds of CPU time of a command, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command} in {folder}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime), done.stdout


def instructions(folder: pathlib.Path) -> int:
    """The instructions that callgrind counts in `check`."""
    count = folder / "callgrind"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={count}", PROGRAM, "check"]
    run(command, folder)
    return int(re.search(r"^(?:summary|totals): (\d+)", count.read_text(), re.M)[1])


def a_letter(desk: pathlib.Path, signatories: int) -> int:
    few, many = (campaign(desk / f"i{signatories}-{letters}", letters, signatories) for letters in (100, 600))
    return (instructions(many) - instructions(few)) // 500


def main(desk: pathlib.Path) -> None:
    rows: list[tuple[str, str]] = []

    def row(name: str, measure, form="{:.2f}") -> None:
        if arguments.only in name:
            values = [measure() for _ in range(arguments.rounds)]
            rows.append((name, form.format(statistics.median(values)) + f" ({form.format(min(values))}–{form.format(max(values))})"))
            print(f"{rows[-1][0]:60} {rows[-1][1]}", flush=True)

    if "mailmerge" in arguments.only or not arguments.only:
        subprocess.run([sys.executable, "-m", "venv", desk / "venv"], check=True)
        subprocess.run([desk / "venv/bin/pip", "-q", "install", "mailmerge==2.3.0"], check=True)
        peer = [desk / "venv/bin/mailmerge", "--dry-run", "--no-limit", "--template", "letter.txt", "--database", "list.csv",
                "--config", "server.conf"]
        ours, theirs = campaign(desk / "ours", 1000, 56), mailmerge(desk / "theirs", 1000, 56)
        row("check, S = 56, R = 1,000: letters per CPU second, × mailmerge", lambda: run(peer, theirs)[0] / run([PROGRAM, "check"], ours)[0], "{:.1f}")
        # So many that their time is far above the noise of reading the list.
        few, many = campaign(desk / "few", 200, 10_000), campaign(desk / "many", 20_200, 10_000)
        less, more = mailmerge(desk / "less", 20, 10_000), mailmerge(desk / "more", 60, 10_000)

        def slope() -> float:
            own = (run([PROGRAM, "check"], many)[0] - run([PROGRAM, "check"], few)[0]) / 20_000
            other = (run(peer, more)[0] - run(peer, less)[0]) / 40
            return other / own

        row("check, S = 10,000, slope: letters per CPU second, × mailmerge", slope, "{:.0f}")

    memory = pathlib.Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        (memory / "raw.c").write_text(RAW)
        subprocess.run(["cc", "-O2", "-pthread", "-o", memory / "raw", memory / "raw.c"], check=True)
        folder = campaign(memory / "campaign", 5000, 56)
        run([PROGRAM, "write"], folder)
        sizes = [path.stat().st_size for path in (folder / "outbox/letters").rglob("*.eml")]

        def raw(threads: int) -> float:
            shutil.rmtree(memory / "out", ignore_errors=True)
            (memory / "out").mkdir()
            begun = time.monotonic()
            subprocess.run([memory / "raw", memory / "out", "5000", str(sum(sizes) // len(sizes)), str(threads)], check=True)
            return time.monotonic() - begun

        def wall() -> float:
            shutil.rmtree(folder / "outbox")
            begun = time.monotonic()
            run([PROGRAM, "write"], folder)
            return time.monotonic() - begun

        for threads in (1, 2):
            row(f"write in memory, R = 5,000: letters a second, × raw, {threads} threads", lambda: raw(threads) / wall())
    finally:
        shutil.rmtree(memory)


with tempfile.TemporaryDirectory() as desk:
    if arguments.instructions:
        count = a_letter(pathlib.Path(desk), 56)
        print(f"{count:,} instructions a letter, S = 56")
        if arguments.most is None:
            more = a_letter(pathlib.Path(desk), 10_000)
            print(f"{more:,} instructions a letter, S = 10,000: {more / count:.2f} ×")
        elif count > arguments.most:
            sys.exit(f"more than {arguments.most:,} instructions a letter: see benches/letters.py and the profile of callgrind")
    else:
        main(pathlib.Path(desk))
