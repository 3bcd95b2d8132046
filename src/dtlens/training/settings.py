"""How a Decision Transformer is trained."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Count, Positive, Section, Share


class Training(Section):
    batch_predictions: Count
    learning_rate: Positive
    weight_decay: Annotated[float, Field(ge=0)]
    end_oversampling: Share
    holdout: Annotated[float, Field(gt=0, lt=1)]
    log_points: Count
