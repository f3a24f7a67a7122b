"""The signal: requests that get lost, answers that get lost, slowness, and updates that come twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.demo.botapi.faults import Fault

if TYPE_CHECKING:
    from bot.demo.botapi import Sandbox

NAMES = ("drop", "delay", "double")
TITLES = {"drop": "permintaan hilang", "delay": "lambat", "double": "update ganda"}
LOST, ANSWER_LOST, SLOW = 0.25, 0.1, 1.2


def _orders(name: str) -> list[Fault]:
    match name:
        case "drop":
            return [
                Fault("drop_before", times=None, probability=LOST),
                Fault("drop_after", times=None, probability=ANSWER_LOST),
            ]
        case "delay":
            return [Fault("delay", seconds=SLOW, times=None)]
        case _:
            return [Fault("duplicate", times=None)]


class Signal(Struct):
    """Which of the three is on; each is an order at the server's faults."""

    server: Sandbox
    on: dict[str, list[Fault]] = field(default_factory=dict)

    def set(self, name: str, on: bool) -> bool:
        """Switch one; return whether that changed it. Raises LookupError for what there is not."""
        if name not in NAMES:
            raise LookupError(f"{name}: {', '.join(NAMES)}")
        if on == (name in self.on):
            return False
        for fault in self.on.pop(name, []):
            if fault in self.server.faults.orders:  # unless somebody has cleared all trouble
                self.server.faults.orders.remove(fault)
        if on:
            self.on[name] = _orders(name)
            lost = [order for order in self.server.faults.orders if order.kind.startswith("drop")]
            rest = [order for order in self.server.faults.orders if order not in lost]
            more = self.on[name]
            self.server.faults.orders[:] = (
                [*lost, *more, *rest] if name == "drop" else [*lost, *rest, *more]
            )
        return True

    def view(self) -> dict[str, bool]:
        return {name: name in self.on for name in NAMES}
