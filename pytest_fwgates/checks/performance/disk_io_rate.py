"""The processes under test leave the disks time for others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.performance._measured import Measured, of_usage

if TYPE_CHECKING:
    from pytest_fwgates.measure.load.measurement import Measurement

THRESHOLD: Final = "< 100MB/s"


def disk_io_rate(measurement: Measurement) -> Measured:
    """Bytes per second that the processes under test read from and wrote to storage, in the busiest second.

    Why: a log or a cache that is written too often slows everything that shares the disk.

    Rule: `read_bytes` and `write_bytes` of the process and its descendants, which leave out what came from
    the page cache (https://docs.kernel.org/filesystems/proc.html).
    """
    return of_usage(measurement, lambda usage: usage.disk_peak, lambda usage: usage.disk)
