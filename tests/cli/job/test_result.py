"""`job result` and `job report`, as a person types them."""

from argparse import Namespace
from pathlib import Path

import pytest

from backend.cli.command import FAILURE, NO, OPEN, YES, Shell
from backend.cli.job.result import result_answer
from backend.cli.who import Document
from tests.cli.asked import tsimsh
from tests.cli.playing import told
from tests.engine.process import EngineProcess

pytestmark = [pytest.mark.root, pytest.mark.serial]


@pytest.fixture(scope="module")
def job(engine: EngineProcess) -> str:
    asked = {"source": "hq-pc1", "destination": "dc-db1", "services": "443,icmp"}
    job: str = engine.ask("submit", question=asked)["id"]
    assert [*engine.watch(job)]
    return job


def test_a_result_has_the_words_and_the_code_of_reach(by_engine: Shell, job: str) -> None:
    answer = told(f"job result {job}", by_engine)
    assert answer.code == NO
    assert "by proof" in answer.text
    assert "Prediction and proof agree on 2 services." in answer.text
    assert told(f"job result {job} -v", by_engine).text.count("dc-fw") > answer.text.count("dc-fw")
    assert told(f"job result {job} -j", by_engine).document["job"] == job


def test_where_there_is_no_proof_the_prediction_is_shown_and_nothing_is_known(by_engine: Shell) -> None:
    job = told("job submit -s 10.77.0.1 -d br-pc1 -P 22", by_engine).text
    failed = told("job submit -s 10.77.0.1 -d br-pc1 -P 22 --wait", by_engine)
    assert (failed.code, "has failed: 10.77.0.1 is on no known segment" in failed.text) == (FAILURE, True)
    told(f"job watch {job}", by_engine)
    answer = told(f"job result {job}", by_engine)
    assert answer.code == OPEN
    assert "by prediction" in answer.text
    assert "note: there is no proof: 10.77.0.1 is on no known segment" in answer.text


def test_what_is_not_proved_yet_is_not_known() -> None:
    known: Document = {"services": [{"verdict": "accepted"}], "prediction": {}, "proof": None, "mode": "prove"}
    asked = Namespace(json=True, verbose=0)
    assert result_answer(asked, known).code == OPEN
    assert result_answer(asked, known | {"proof": {}}).code == YES
    assert result_answer(asked, known | {"mode": "predict"}).code == YES
    assert result_answer(asked, known | {"mode": "predict", "prediction": None}).code == OPEN


def test_one_that_was_cancelled_before_it_began_has_none(by_engine: Shell) -> None:
    jobs = [told("job submit -s hq-pc1 -d br-pc1 -P 22", by_engine).text for _ in range(6)]
    assert told(f"job cancel {jobs[-1]}", by_engine).code == YES
    answer = told(f"job result {jobs[-1]}", by_engine)
    assert (answer.code, answer.document) == (NO, None)
    assert "there is no result" in answer.text
    assert told(f"job result {jobs[-1]} -j", by_engine).document["success"] is False


def test_a_report_is_a_file(by_engine: Shell, job: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    document = told(f"job report {job} -j", by_engine).document
    written = (tmp_path / f"job-{job}.pdf").read_bytes()
    assert written.startswith(b"%PDF")
    assert document == {"job": job, "file": f"job-{job}.pdf", "bytes": len(written)}
    assert "x.pdf: " in told(f"job report {job} -o x.pdf", by_engine).text
    assert (tmp_path / "x.pdf").read_bytes() == written


def test_or_what_is_printed(engine: EngineProcess, job: str) -> None:
    done = tsimsh(f"job report {job} -o -", TSIM_FACTS="", TSIM_STATE=str(engine.config.state))
    assert done.stdout.startswith("%PDF")
    assert done.stdout.rstrip().endswith("%%EOF")


def test_a_file_that_cannot_be_written_is_named(by_engine: Shell, job: str) -> None:
    answer = told(f"job report {job} -o /nowhere/x.pdf", by_engine)
    assert (answer.code, answer.text) == (FAILURE, "/nowhere/x.pdf: No such file or directory")
