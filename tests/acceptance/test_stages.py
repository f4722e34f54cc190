"""Which stages are due, and that naming one is scope rather than narrowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project

LATER = """
    @gate(mandatory, "deployment", stage="staging_deployment")
    def test_staging(): assert 0
    """


def test_later_stage_is_not_due_by_default(project: Project, workers: str) -> None:
    """A deployment stage neither runs nor counts before it is asked for."""
    project.gates(LATER)
    done = project.run(workers)
    assert done.status == 0
    assert done.verdict is not None
    assert "staging" not in {row["id"] for row in done.verdict["criteria"]}


def test_named_stage_is_the_scope(project: Project, workers: str) -> None:
    """--gate-stage sets what is due, and is not a partial run."""
    project.gates(LATER)
    done = project.run("--gate-stage=staging_deployment", workers)
    assert done.verdict is not None
    assert done.verdict["stages"] == ["staging_deployment"]
    assert [row["id"] for row in done.verdict["criteria"]] == ["staging"]
    assert not done.verdict["partial"]
    assert done.status == 10


def test_named_stage_without_a_criterion_blocks(project: Project) -> None:
    """A stage that nothing checks cannot be shown."""
    done = project.run("--gate-stage=framework_validation", "--gate-stage=post_deployment")
    assert done.status == 10
    assert "--gate-stage post_deployment: no criterion belongs to this stage" in done.text


def test_stages_of_the_profile(project: Project) -> None:
    """A profile may say which stages are due; an unknown one blocks."""
    project.write(
        "environments/production.yml",
        """\
        production:
          stages: [framework_validaton]
          quality_gates: {mandatory_gates: [framework_integrity]}
        """,
    )
    done = project.run()
    assert done.status == 10
    assert "stages names 'framework_validaton', which no criterion has" in done.text
