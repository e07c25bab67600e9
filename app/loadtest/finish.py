"""The end of a run: compare, judge, write the reports, tell."""

from app.loadtest import baseline, baseline_file, report_files, report_log, report_text
from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.gate import Gate
from app.loadtest.run import Run
from app.loadtest.verdict import judge


def finish(gate: Gate) -> ExitCode:
    """The exit code of a run whose load has ended."""
    run = gate.run
    run.elapsed = min(gate.elapsed, run.settings.time)
    if not run.settings.workers:
        run.generators["of this run"] = gate.generator
    return conclude(run)


def conclude(run: Run) -> ExitCode:
    """The same of any run, one that had no load too."""
    if run.settings.baseline and run.complete and not run.problems:
        try:
            before = baseline_file.load(run.settings.baseline)
            run.comparison = baseline.compare(before.measured, run.measured)
        except Problem as problem:
            run.incomparable = problem
    verdict = judge(run)
    files = report_files.write(run, verdict)
    if run.settings.report_in_log:
        print(report_log.block(files))
    print(report_text.table(run, verdict), flush=True)
    return verdict.code
