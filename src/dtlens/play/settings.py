"""At which rewards-to-go a model is calibrated."""

from typing import Self

from pydantic import model_validator

from dtlens.base.settings import Positive, Rtg, Section, Seed


class RtgRange(Section):
    low: Rtg
    high: Rtg
    step: Positive

    @model_validator(mode="after")
    def check_not_empty(self) -> Self:
        if self.high < self.low:
            raise ValueError(f"the grid is empty: high = {self.high} is below low = {self.low}")
        return self

    @property
    def grid(self) -> list[float]:
        """low, low + step, ... up to and with high, free of accumulated rounding."""
        count = int((self.high - self.low) / self.step + 1e-9) + 1
        return [round(self.low + i * self.step, 9) for i in range(count)]


class Calibration(Section):
    seed: Seed
    rtg: RtgRange
