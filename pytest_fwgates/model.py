"""The frozen data that everything else passes around; no behaviour lives here.

Every type is plain enough to be written as JSON by msgspec and to cross a process as builtins. What a
run holds by the thousand is kept out of garbage collection (``gc=False``): nothing in it can form a cycle.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

Level: TypeAlias = Literal["mandatory", "advisory"]
Enforcement: TypeAlias = Literal["block", "require_approval", "none"]
Disposition: TypeAlias = Literal["none", "exempted", "approved", "bypassed", "baselined"]
Outcome: TypeAlias = Literal[
    "passed", "failed", "error", "skipped", "not_run", "not_applicable", "inconclusive", "flaky"
]
Decision: TypeAlias = Literal["allow", "require_approval", "block"]
Severity: TypeAlias = Literal["critical", "high", "medium", "low"]


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One thing wrong.

    Attributes:
        message: What is wrong and, where it is known, what would mend it. Never a line number of the
            same file: the text must survive moved lines.
        path: Relative to the framework root, with forward slashes; None where no file is to blame.
        line: 1-based; None where the whole file is meant.
        column: 1-based, counted in characters; None where it is unknown.
        severity: How bad it is; the decision looks only at whether the finding exists.
        criterion: Set by the plugin: the id of the criterion that found it.
        fingerprint: Set by the plugin: the same for the same defect after lines have moved.
        subject: What the fingerprint is made from instead of the message, where a message holds
            something that may change while the defect stays (a "did you mean"). Not in documents.
        suppressed: Set by a check: a comment in the file asks that it be overlooked. Not in documents.
        excerpt: Set by the plugin: the start of the line that `line` names; empty where it is not kept.
    """

    message: str
    path: str | None = None
    line: int | None = None
    column: int | None = None
    severity: Severity = "medium"
    criterion: str = ""
    fingerprint: str = ""
    subject: str | UnsetType = UNSET
    suppressed: bool | UnsetType = UNSET
    excerpt: str = ""


class Criterion(msgspec.Struct, frozen=True, order=True, gc=False):
    """One measurable requirement as its gate test declares it.

    Attributes:
        id: The name the document or the function gives it.
        gates: The gates it belongs to; empty where only the marker's level counts.
        requires: Kinds of module without which it is not applicable.
        nodeid: The gate test, without parameters.
        source: ``file:line`` of the gate test.
        bundled: Whether it ships with this package.
        accepted: False for a bundled criterion that the local lock does not know yet; it is reported
            but not enforced.
    """

    id: str
    gates: tuple[str, ...]
    stage: str
    level: Level
    requires: tuple[str, ...]
    nodeid: str
    source: str
    bundled: bool = False
    accepted: bool = True


class Result(msgspec.Struct, frozen=True, gc=False):
    """What became of a criterion in a run.

    Attributes:
        examined: How many subjects were searched, apart from hits.
        value: The measured value in the base unit of its threshold.
        threshold: The limit as it was written.
        reason: One line that says why it did not pass; empty where it did.
        narrowed: Whether options left out some of its tests.
        selected_outcome: The outcome over the tests that were selected; None where none was.
        suppressed: What comments in the framework's files had overlooked, as the profile allows.
        samples: What `value` was computed from, in its unit and in the order of measuring.
        tools: The scanners that were asked, as ``name version``.
        per_second: How many of the samples are of each second; empty where they are of no load.
    """

    criterion: str
    outcome: Outcome
    examined: int = 0
    value: bool | int | float | str | None = None
    threshold: str | None = None
    duration_s: float = 0.0
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    narrowed: bool = False
    selected_outcome: Outcome | None = None
    suppressed: tuple[Finding, ...] = ()
    samples: tuple[float, ...] = ()
    tools: tuple[str, ...] = ()
    per_second: tuple[int, ...] = ()


class Run(msgspec.Struct, frozen=True, order=True):
    """What a run was about; the shards of one run have it in common.

    Attributes:
        stages: The stages that were due.
        demanded: Those of them that the command line named.
        commit: The checked-out commit of the framework; None outside git.
        tree_digest: Over every file of the framework.
        policy_digest: Over the profile, the gate tests, the locks and the configuration.
    """

    environment: str
    stages: tuple[str, ...]
    demanded: tuple[str, ...]
    commit: str | None
    tree_digest: str
    policy_digest: str


class Narrowing(msgspec.Struct, frozen=True, order=True):
    """An option that left criteria out, and where it was set.

    Attributes:
        origin: ``command line``, ``environment`` or ``configuration``.
    """

    option: str
    value: str
    origin: str


class Bypass(msgspec.Struct, frozen=True, order=True):
    """A person's word that a mandatory failure shall not block; it counts only where the profile allows it.

    Attributes:
        actor: Who, as far as the run knows.
    """

    criterion: str
    reason: str
    actor: str


class Source(msgspec.Struct, frozen=True, order=True):
    """One process's part of a run.

    Attributes:
        run_id: Unique to the process.
        ci_run: The CI system's own id of the run; the shards of one run share it.
        shard: ``2/4`` where the run was split; empty otherwise.
        framework_root: Absolute path of the framework there.
        versions: Of what ran it, as ``name version``.
        bypasses: What its command line wants to go ahead in spite of.
        policy_commit: The commit that policy was read from; empty where it was the work tree's.
        policy_changes: The policy files that the work tree changes, from the top of the repository.
        framework_path: From the top of the git repository to the framework; empty where they are one, and
            outside git.
    """

    run_id: str
    ci_run: str
    shard: str
    framework_root: str
    narrowing: tuple[Narrowing, ...]
    versions: tuple[str, ...]
    bypasses: tuple[Bypass, ...] = ()
    policy_commit: str = ""
    policy_changes: tuple[str, ...] = ()
    framework_path: str = ""


class Evidence(msgspec.Struct, frozen=True):
    """All that a decision is computed from, apart from policy and time.

    Merging is a union of every field, so that order and grouping of shards cannot matter; whether the
    parts fit together is for the decision to say.

    Attributes:
        runs: What it is about; more than one is a contradiction.
        sources: The processes it comes from.
        expected: Every due criterion, narrowed away or not.
        gates: Every gate that some known criterion names, due or not.
        problems: What went wrong outside any criterion; each one blocks.
        notices: What a person should know and what blocks nothing.
    """

    runs: tuple[Run, ...]
    sources: tuple[Source, ...]
    expected: tuple[Criterion, ...]
    results: tuple[Result, ...]
    gates: tuple[str, ...]
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


class JudgedCriterion(msgspec.Struct, frozen=True, gc=False):
    """A row of the verdict: a criterion, its result, and what the profile makes of it.

    Attributes:
        decision: What it adds to the verdict's.
        disposed: Who or what the disposition is due to; else why approvals that there are do not count.
        approvers: Who approved, exempted or bypassed it, where the disposition is due to people.
        until: The day or moment that the disposition ends; empty where none is known.
        suppressed: What comments in the framework's files had overlooked; none of it is in `findings`.
        samples: What `value` was computed from.
        tools: The scanners that were asked, as ``name version``.
        per_second: How many of the samples are of each second; empty where they are of no load.
    """

    id: str
    gates: tuple[str, ...]
    stage: str
    level: Level
    enforcement: Enforcement
    disposition: Disposition
    outcome: Outcome
    examined: int
    value: bool | int | float | str | None
    threshold: str | None
    duration_s: float
    nodeid: str
    reason: str
    findings: tuple[Finding, ...]
    disposed: tuple[str, ...]
    decision: Decision
    approvers: tuple[str, ...]
    until: str
    suppressed: tuple[Finding, ...]
    samples: tuple[float, ...]
    tools: tuple[str, ...]
    per_second: tuple[int, ...]


class ExemptionUse(msgspec.Struct, frozen=True, gc=False):
    """An exemption for the environment of a verdict, whether it counted or not.

    Attributes:
        matched: How many findings it took out of the count.
        unused: Whether it is sound, and its criterion ran, and nothing was there to match.
        expires: The last day, in UTC, that it counts on.
    """

    id: str
    criterion: str
    matched: int
    unused: bool
    reason: str
    text: str
    owner: str
    approver: str
    ticket: str
    expires: str


class Verdict(msgspec.Struct, frozen=True):
    """The answer to "may this be deployed?", and everything it rests on.

    Attributes:
        schema_version: Changes with the shape of this document.
        profile: The file that the policy came from.
        decision: Over everything that is due.
        selected_decision: Over what ran; it sets the exit status of a partial run where the profile
            allows bypass.
        partial: Whether options left due criteria out.
        reasons: One line each, what blocks first.
        problems: Those of the reasons that no criterion is to blame for; each blocks.
        notices: What a person should know and what blocks nothing.
        not_enforced: Gates that the profile disables.
        narrowing: The options that left criteria out, and where each was set.
        framework_path: From the top of the git repository to the framework; empty where they are one.
        commit: Of the framework; None outside git.
        run_ids: The processes whose evidence was judged.
        ledger: The head of the ledger that this decision was appended to, as ``NUMBER:DIGEST``.
        exemptions: Those for this environment.
    """

    schema_version: str
    environment: str
    profile: str
    stages: tuple[str, ...]
    decision: Decision
    selected_decision: Decision
    partial: bool
    reasons: tuple[str, ...]
    problems: tuple[str, ...]
    notices: tuple[str, ...]
    not_enforced: tuple[str, ...]
    narrowing: tuple[Narrowing, ...]
    framework_root: str
    framework_path: str
    commit: str | None
    tree_digest: str
    policy_digest: str
    run_ids: tuple[str, ...]
    decided_at: str
    framework_config: dict[str, bool | int | float | str]
    infrastructure: dict[str, bool | int | float | str]
    criteria: tuple[JudgedCriterion, ...]
    ledger: str
    exemptions: tuple[ExemptionUse, ...]
