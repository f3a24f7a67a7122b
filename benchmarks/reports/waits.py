"""Sections on what people wait for, and on how little of a machine is enough."""

from __future__ import annotations

from typing import Any

from benchmarks.contestants import ECHO, OURS

WAITING = """
## What a seat waits while something large goes on

From its tap on ➡️ Lanjut, which the local server gives out at once to a bot that waits for it, to the call
that answers it, in milliseconds; median of {runs}, of the worst the worst, ratios run by run. The bot, as
`peduli-ham run`, and whatever goes on beside it share one core, the server has the other. *Beside the
echo*: 30 taps a second for {seconds:.0f} s, the bots taking turns. *Reminder*: to 20,000 people, typed and
confirmed by the Kanwil, with Telegram's limits on and 10 taps a second; its preview and its confirmation
are each one unit of work, once in a reminder of eleven minutes. The rest: 30 taps a second at national size
(20,000 offices, 62,000 answers); *start*: the first seconds of a bot that has planned nothing yet.

| what goes on | half | 95 % | 99 % | worst | 95 %, ratio | aim |
|---|---|---|---|---|---|---|
"""
REMINDING = {
    "start": "start, with nothing planned",
    "quiet": "quiet, 10 a second",
    "begun": "reminder: preview, confirmation and the seconds behind them",
    "sending": "reminder: its letters go out",
}
PAPERS = {
    "start": "start, national size",
    "quiet": "quiet, national size",
    "recap": "recap of a province, again and again",
    "verify": "`verify`",
    "backup": "`backup`",
    "roster": "`setup` of a roster of 20,000",
}


def waiting(kept: dict[str, Any]) -> str:
    """The table of what goes on; an aim that is not reached stands in bold."""
    return WAITING.format(**kept) + waiting_lines(kept["result"])


def waiting_lines(result: dict[str, Any]) -> str:
    """Its lines, of the parts that there are."""
    lines = []
    if echo := result.get("echo"):
        lines.append(_line(ECHO.name, echo[ECHO.name]))
        aimed = _aimed(echo["ratio"], 0.6)
        lines.append(_line(f"{OURS.name} beside the echo", echo[OURS.name], aimed, "ratio ≤ 0.6"))
    for name, figures in result.get("reminder", {}).items():
        aim = ""
        if name == "sending":
            figures, aim = {**figures, "p95": _aimed(figures["p95"], 20)}, "95 % ≤ 20"
        lines.append(_line(REMINDING[name], figures, aim=aim))
    for name, figures in result.get("papers", {}).items():
        is_aimed = name not in ("start", "quiet")
        ratio = _aimed(figures["ratio"], 1.5) if is_aimed else ""
        lines.append(_line(PAPERS[name], figures, ratio, "ratio ≤ 1.5" if is_aimed else ""))
    return "".join(lines)


def _line(what: str, figures: dict[str, Any], ratio: str = "", aim: str = "") -> str:
    times = " | ".join(str(figures[name]) for name in ("p50", "p95", "p99"))
    return f"| {what} | {times} | {figures.get('worst', '')} | {ratio} | {aim} |\n"


def _aimed(figure: float, most: float) -> str:
    return f"{figure}" if figure <= most else f"**{figure}**"


EVENING = """
## The last evening

{people:,} people who give {rate} answers a second for {minutes:g} minutes, every second one with evidence;
in real time. Each waits for what comes, reads it for two seconds and goes on. The bot, as `peduli-ham run`
with Telegram's limits on, has {share:.0%} of one core ({means}). *Imposed*: what the same calls would have
waited for a bot that needs no time at all, first come, first served, at 30 a second and a chat's at one;
*beyond*: what people waited longer, act by act. Seconds from an act to the message that answers it.

| | half | 95 % | 99 % | worst |
|---|---|---|---|---|
"""


def evening(kept: dict[str, Any]) -> str:
    """The table of an evening; an aim that is not reached stands in bold."""
    means = "; ".join(kept["result"]["machine"]["means"])
    return EVENING.format(**kept, means=means) + evening_lines(kept["result"])


def evening_lines(result: dict[str, Any]) -> str:
    """Its lines, and what Telegram's limits leave of an evening."""
    lines = []
    for name, figures in result["ms"].items():
        seconds = {of: round(ms / 1000, 1) for of, ms in figures.items()}
        worst = _aimed(seconds["worst"], 2.0) if name == "beyond" else str(seconds["worst"])
        shown = " | ".join(str(seconds[of]) for of in ("p50", "p95", "p99"))
        lines.append(f"| {name} | {shown} | {worst} |\n")
    a_minute, in_all = 30 * 60 / result["calls_an_answer"], ""
    if "fullest_second" in result:
        in_all = (
            f" ({result['possible_in_20_min']:,} in 20 minutes; the fullest second had"
            f" {result['fullest_second']})"
        )
    return "".join(lines) + (
        f"\n{result['answers']:,} answers of {result['due']:,} that were due, {result['within']:,} of them"
        f" within the time, {result['seconds']:.0f} s in all; {result['stuck']} people were left without an"
        f" answer, {result['refused']} calls refused for speed. An answer takes {result['calls_an_answer']}"
        f" calls that Telegram counts, so that one bot's 30 a second let {a_minute:.0f} answers a minute"
        f" through{in_all}, whatever it runs on. {result['beyond_2_s']:,} acts waited more than 2 s beyond"
        " that.\n"
    )
