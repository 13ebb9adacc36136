"""What was measured, as a table for people."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    what: str
    ours: str
    against: str
    ratio: str
    aim: str


@dataclass
class Table:
    rows: list[Row] = field(default_factory=list)

    def add(
        self,
        what: str,
        ours: float,
        unit: str,
        *,
        against: float | None = None,
        yardstick: str = "",
        aim: str = "",
        digits: int = 0,
    ) -> None:
        """One measure; with ``against``, its ratio to a plain thing measured in the same run."""
        self.rows.append(
            Row(
                what,
                f"{ours:,.{digits}f} {unit}",
                f"{against:,.0f} {yardstick}" if against is not None else "",
                f"{ours / against:.0%}" if against else "",
                aim,
            )
        )

    def markdown(self) -> str:
        head = Row("measure", "Colloque", "against", "ratio", "aim")
        lines = [head, Row(*["---"] * 5), *self.rows]
        return "\n".join(
            f"| {row.what} | {row.ours} | {row.against} | {row.ratio} | {row.aim} |"
            for row in lines
        )
