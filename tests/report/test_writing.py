"""The folder: whole or not at all, whoever else is writing."""

import errno
import json
import multiprocessing
import os
from pathlib import Path

import pytest
from attrs import evolve

from parity.errors import ParityError
from parity.report import check, publish_summary, write
from parity.report.folders import replaced
from parity.report.writing import OURS
from parity.results import load

from .examples import everything, forward_only, results

SMALL = results(forward_only())
FILES = ["comparisons.csv", "figures", "index.html", "report.md", "results.json"]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_everything_is_there(rendered):
    assert names(rendered) == FILES
    assert "xor-sigmoid-loss.png" in names(rendered / "figures")
    assert len(load(rendered).scenarios) == 7
    assert (
        (rendered / "comparisons.csv")
        .read_text()
        .startswith("scenario,dtype,framework,quantity,parameter,step,")
    )


def test_the_same_results_give_the_same_bytes(rendered, tmp_path):
    again = write(everything(), tmp_path / "again").parent
    for one in rendered.rglob("*"):
        if one.is_file():
            assert one.read_bytes() == (again / one.relative_to(rendered)).read_bytes(), one.name


def test_rendering_again_from_the_file_gives_the_same_page(rendered, tmp_path):
    again = write(load(rendered), tmp_path / "again")
    assert again.read_bytes() == (rendered / "index.html").read_bytes()


def test_an_old_report_is_replaced_as_a_whole(tmp_path):
    folder = write(SMALL, tmp_path / "deep" / "latest").parent
    (folder / "figures" / "old-scenario-loss.png").write_bytes(b"old")
    page = write(evolve(SMALL, partial="stopped"), folder)
    assert page == folder / "index.html"
    assert "stopped" in page.read_text(encoding="utf-8")
    assert names(folder) == FILES
    assert names(folder / "figures") == ["calibration.png"]
    assert names(folder.parent) == ["latest"]


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "latest").symlink_to("real")
    write(SMALL, tmp_path / "latest")
    assert (tmp_path / "latest").is_symlink()
    assert names(tmp_path / "real") == FILES


def test_a_folder_with_other_things_is_not_touched(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ParityError, match=r"holds more than a report.*: thesis\.tex\.") as caught:
        write(SMALL, tmp_path)
    with pytest.raises(ParityError, match="holds more than a report"):
        check(tmp_path)
    check(tmp_path / "new")
    assert caught.value.exit_code == 2
    assert names(tmp_path) == ["thesis.tex"]


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "latest").write_text("hello")
    with pytest.raises(ParityError, match="is a file"):
        write(SMALL, tmp_path / "latest")
    with pytest.raises(ParityError, match="Cannot write the report") as caught:
        write(SMALL, tmp_path / "latest" / "below")
    assert caught.value.exit_code in (2, 3)


@pytest.mark.parametrize("where", ["write_text", "write_bytes", "rename", "mkdir"])
def test_a_full_disk_leaves_the_old_report_and_no_litter(tmp_path, monkeypatch, where):
    folder = write(SMALL, tmp_path / "latest").parent
    before = (folder / "index.html").read_bytes()

    def full(self, *_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))

    monkeypatch.setattr(Path, where, full)
    with pytest.raises(ParityError) as caught:
        write(evolve(SMALL, partial="stopped"), folder)
    monkeypatch.undo()
    assert "Cannot write the report to" in caught.value.problems[0]
    assert "No space left on device" in caught.value.problems[0]
    assert "--out" in caught.value.hint
    assert caught.value.exit_code == 3
    assert (folder / "index.html").read_bytes() == before
    assert names(tmp_path) == ["latest"]


def test_the_old_report_comes_back_when_the_new_one_cannot_be_put_in_place(tmp_path, monkeypatch):
    folder = write(SMALL, tmp_path / "latest").parent
    rename = Path.rename

    def fail_for_new(self, target):
        if self.name == "new":
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_new)
    with pytest.raises(ParityError, match="Input/output error"):
        write(SMALL, folder)
    assert names(folder) == FILES
    assert names(tmp_path) == ["latest"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(ParityError, match="Permission denied") as caught:
        write(SMALL, tmp_path / "latest")
    tmp_path.chmod(0o700)
    assert caught.value.exit_code == 3
    assert names(tmp_path) == []


def test_a_file_system_that_is_read_only(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(ParityError, match="Read-only file system") as caught:
        write(SMALL, tmp_path / "latest")
    assert caught.value.exit_code == 3


def fill(folder, mark, times):
    for _ in range(times):
        with replaced(folder, OURS) as new:
            for name in ("index.html", "report.md", "results.json"):
                (new / name).write_text(mark)


def test_two_processes_may_write_at_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=fill, args=(tmp_path / "latest", mark, 150)) for mark in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert names(tmp_path) == ["latest"]
    assert len({path.read_text() for path in (tmp_path / "latest").iterdir()}) == 1
    assert names(tmp_path / "latest") == ["index.html", "report.md", "results.json"]


def test_the_folder_can_be_read_by_others(tmp_path):
    folder = write(SMALL, tmp_path / "latest").parent
    (tmp_path / "plain").mkdir()
    assert folder.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_the_summary_is_appended(tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert publish_summary(SMALL) is None
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    assert publish_summary(SMALL) == path
    assert path.read_text(encoding="utf-8").startswith("before\n# ✅ Parity holds")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "summary.md"))
    with pytest.raises(ParityError, match="Cannot write the summary") as caught:
        publish_summary(SMALL)
    assert caught.value.exit_code == 3


def test_results_are_plain_json(rendered):
    json.loads((rendered / "results.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
