"""Breaks an index on purpose and counts what happens: builds that are killed, files that are damaged, askers
while it is rebuilt. Prints a table; exit status 1 if anything was wrong.

python -m scripts.torture [--kills 200] [--damages 1000] [--rebuilds 10] [--askers 64]
                          [--inputs 10000] [--seed 0]

The documents are small and the encoder is the tests' own; files, locks, processes and signals are real.

kills      a process that builds again and again gets SIGKILL at a random moment; then the index has to open,
           to answer as one of the corpora that were built, and to be built on.
damages    one file of a version is cut, gets bits flipped, is swapped with another or removed; then it has to be
           refused in one line, or to answer as before.
inputs     damaged files of every format, questions and manifests (see fuzz.py); each has to be read or refused in
           one line, in time.
askers     threads that ask while another process rebuilds; any fault or any answer that no version gives counts.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from multiprocessing.process import BaseProcess
from pathlib import Path

from scripts.fuzz import fuzz
from tests.conftest import BigramEncoder, write_tiny

from bearing_qa.answer.library import Library
from bearing_qa.build import journal
from bearing_qa.build.journal import JOURNAL
from bearing_qa.build.run import build_index
from bearing_qa.errors import StoreError
from bearing_qa.store import disk, versions

QUESTION = "第几次的通知？"
FACT = "公园门票价格不得超过多少元？"
BEGUN = "begun"
"""File that has the number of each state whose build began."""
KILL_SECONDS = 1.2
"""A builder is killed up to so long after its second build began: about two builds' time."""
JOURNAL_TEXTS = 16
"""Texts of a journal's batch here, so that kills meet batches."""
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.conftest"])  # a builder starts at once


def write_state(corpus: Path, number: int) -> None:
    """The corpus's state ``number``: one document differs, every third time many."""
    (corpus / "次.txt").write_text(f"关于第{number}次的通知\n共{number}次。", encoding="utf-8")
    if number % 3 == 0:
        for at in range(5):
            text = f"第{at}号码头办法\n" + "".join(
                f"码头{at}长{number + n}米。\n" for n in range(40)
            )
            (corpus / f"码头{at}.txt").write_text(text, encoding="utf-8")


def build_on(work: Path, first: int, times: int) -> None:
    """Builds the states from ``first`` on; notes which one it begins."""
    journal.BATCH_TEXTS = JOURNAL_TEXTS
    for number in range(first, first + times):
        write_state(work / "corpus", number)
        with (work / BEGUN).open("a", encoding="utf-8") as stream:
            stream.write(f"{number}\n")
        build_index(work / "corpus", work / "index", encoder=BigramEncoder(), keep=1)


def begun(work: Path) -> int:
    """The last state whose build began."""
    return int((work / BEGUN).read_text(encoding="utf-8").split("\n")[-2])


def start_builder(work: Path, first: int, times: int) -> BaseProcess:
    """A process that builds some states one after the other."""
    builder = _PROCESSES.Process(target=build_on, args=(work, first, times))
    builder.start()
    return builder


def answer(index: Path) -> str:
    """What an index answers to both questions."""
    reader = Library(index, encoder=BigramEncoder())
    return json.dumps([reader.ask(q).to_json() for q in (FACT, QUESTION)], ensure_ascii=False)


def state_served(index: Path) -> int:
    """The state that an index serves, by the text of its document."""
    parsed = disk.open_index(index).catalogue.parsed("次")
    assert parsed is not None
    return int(parsed.document.text.split("第")[1].split("次")[0])


def torture_kills(work: Path, kills: int, *, chance: random.Random, counts: Counter[str]) -> None:
    """Kills builders; each kill counts by what was found afterwards."""
    write_tiny(work / "corpus")
    number = 1
    build_on(work, number, 1)
    for _ in range(kills):
        first = number + 1
        builder = start_builder(work, first, 1000)
        while begun(work) < first + 1:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, KILL_SECONDS))
        builder.kill()
        builder.join()
        number = begun(work)
        is_building = any((work / "index" / "versions").glob(".building-*"))
        is_journalled = any((work / "index" / JOURNAL).glob("*/*.json"))
        counts["kills: while a version was written" if is_building else "kills: elsewhere"] += 1
        counts["kills: with batches in the journal"] += is_journalled
        served = state_served(work / "index")
        is_right = served in (number - 1, number) and "20元" in answer(work / "index")
        counts["kills: the version before or the new one serves"] += is_right
        counts["WRONG after a kill"] += not is_right
    build_on(work, number + 1, 1)
    left = [path.name for path in (work / "index" / "versions").iterdir()]
    counts["WRONG left over after kills"] += left != [versions.current_version(work / "index")]


def damage(folder: Path, *, chance: random.Random) -> str:
    """Damages one file of a version, the manifest too, or ``CURRENT``; says how."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size)
    path = chance.choice([*files, folder.parent.parent / "CURRENT"])
    data = path.read_bytes()
    how = chance.choice(["cut", "flip", "swap", "delete", "grow"])
    if how == "delete":
        path.unlink()
    elif how == "cut":
        path.write_bytes(data[: chance.randrange(max(len(data), 1))])
    elif how == "grow":
        path.write_bytes(data + bytes([chance.randrange(256)]))
    elif how == "swap":
        other = chance.choice([file for file in files if file != path])
        path.write_bytes(other.read_bytes())
        other.write_bytes(data)
    else:
        bits = bytearray(data)
        for _ in range(chance.choice([1, 1, 8])):
            bits[chance.randrange(len(bits))] ^= 1 << chance.randrange(8)
        path.write_bytes(bits)
    return how


def torture_damages(
    work: Path, damages: int, *, chance: random.Random, counts: Counter[str]
) -> None:
    """Damages copies of one index; each counts by what an asker gets."""
    build_index(write_tiny(work / "corpus"), work / "index", encoder=BigramEncoder())
    right = answer(work / "index")
    for _ in range(damages):
        shutil.rmtree(work / "copy", ignore_errors=True)
        shutil.copytree(work / "index", work / "copy")
        how = damage(versions.version_folder(work / "copy"), chance=chance)
        counts[f"damages: {how}"] += 1
        try:
            said = answer(work / "copy")
        except StoreError as error:
            counts["damages: refused in one line with the fix"] += 1
            counts["WRONG words of a refusal"] += "bearing-qa index" not in str(error)
        except BaseException as error:
            counts[f"WRONG {type(error).__name__} from a damaged index"] += 1
        else:
            counts["damages: harmless, answered as before"] += said == right
            counts["WRONG answer from a damaged index"] += said != right
    report = build_index(work / "corpus", work / "copy", encoder=BigramEncoder())
    counts["WRONG build on a damaged index"] += answer(work / "copy") != right or not report.version


def torture_askers(work: Path, askers: int, rebuilds: int, *, counts: Counter[str]) -> None:
    """Asks from many threads while another process rebuilds and keeps one version."""
    write_tiny(work / "corpus")
    build_on(work, 1, 1)
    reader, done = Library(work / "index", encoder=BigramEncoder()), threading.Event()
    right = reader.ask(FACT).text
    seen: set[str] = set()

    def ask() -> None:
        while not done.is_set():
            try:
                is_right = reader.ask(FACT).text == right
                counts["askers: questions answered"] += is_right
                counts["WRONG answer during a rebuild"] += not is_right
                seen.add(reader.index().version)
            except BaseException as error:
                counts[f"WRONG {type(error).__name__} during a rebuild"] += 1

    threads = [threading.Thread(target=ask) for _ in range(askers)]
    for thread in threads:
        thread.start()
    builder = start_builder(work, 2, rebuilds)
    builder.join()
    done.set()
    for thread in threads:
        thread.join()
    counts["askers: rebuilds"] += rebuilds
    counts["askers: versions that answered"] += len(seen)
    counts["WRONG end of a builder"] += builder.exitcode != 0


def torture(
    *,
    kills: int = 0,
    damages: int = 0,
    rebuilds: int = 0,
    askers: int = 0,
    inputs: int = 0,
    seed: int = 0,
) -> Counter[str]:
    """Counts of what happened; names that begin with WRONG are what must not."""
    counts: Counter[str] = Counter()
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        work = Path(folder)
        for name in ("kills", "damages", "askers", "inputs"):
            (work / name).mkdir()
        if inputs:
            fuzz(work / "inputs", inputs, chance=chance, counts=counts)
        if damages:
            torture_damages(work / "damages", damages, chance=chance, counts=counts)
        if rebuilds:
            torture_askers(work / "askers", askers, rebuilds, counts=counts)
        if kills:
            torture_kills(work / "kills", kills, chance=chance, counts=counts)
    return counts


def main() -> int:
    """Prints the table; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    defaults = {"kills": 200, "damages": 1000, "rebuilds": 10, "askers": 64, "inputs": 10_000}
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seed", type=int, default=0)
    counts = torture(**vars(parser.parse_args()))
    print("| what | count |\n|---|---|")
    for name, count in sorted(counts.items()):
        if count or not name.startswith("WRONG"):
            print(f"| {name} | {count} |")
    wrong = sum(count for name, count in counts.items() if name.startswith("WRONG"))
    print(f"| wrong | {wrong} |")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
