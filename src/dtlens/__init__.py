"""Decision Transformers that play MiniGrid: trained, calibrated, and taken apart.

These names are the library. Each is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dtlens.base.errors import UserError as UserError
    from dtlens.lens.hooked_model import HookedDecisionTransformer as HookedDecisionTransformer
    from dtlens.library.counterfactuals import floor_ahead as floor_ahead
    from dtlens.library.counterfactuals import integrated_gradients as integrated_gradients
    from dtlens.library.counterfactuals import patch_one as patch_one
    from dtlens.library.counterfactuals import patch_paths_one as patch_paths_one
    from dtlens.library.drawing import draw as draw
    from dtlens.library.experiments import ablate as ablate
    from dtlens.library.experiments import attribute as attribute
    from dtlens.library.experiments import calibrate as calibrate
    from dtlens.library.experiments import choices as choices
    from dtlens.library.experiments import judge as judge
    from dtlens.library.experiments import own_states as own_states
    from dtlens.library.experiments import patch as patch
    from dtlens.library.experiments import probabilities as probabilities
    from dtlens.library.experiments import rollouts as rollouts
    from dtlens.library.games import Game as Game
    from dtlens.library.loading import load as load
    from dtlens.library.reading import weights as weights
    from dtlens.library.reasons import attention as attention
    from dtlens.library.reasons import cell_contributions as cell_contributions
    from dtlens.library.reasons import contributions as contributions
    from dtlens.library.reasons import policy_field as policy_field
    from dtlens.library.reasons import scan as scan
    from dtlens.library.reasons import timeline as timeline
    from dtlens.library.showing import Shown as Shown
    from dtlens.library.showing import bank as bank
    from dtlens.library.showing import bank_world as bank_world
    from dtlens.library.showing import scene as scene
    from dtlens.library.showing import window as window
    from dtlens.library.travelling import export_model as export_model
    from dtlens.library.travelling import import_model as import_model
    from dtlens.worlds.one import World as World

_NAMES = {
    "library.loading": ["load"],
    "lens.hooked_model": ["HookedDecisionTransformer"],
    "library.showing": ["scene", "window", "bank", "bank_world", "Shown"],
    "worlds.one": ["World"],
    "library.games": ["Game"],
    "library.experiments": [
        *(
            "ablate",
            "own_states",
            "choices",
            "probabilities",
            "rollouts",
            "calibrate",
            "attribute",
            "patch",
            "judge",
        ),
    ],
    "library.reasons": [
        *("contributions", "cell_contributions", "attention", "scan", "timeline", "policy_field"),
    ],
    "library.counterfactuals": [
        *("floor_ahead", "patch_one", "patch_paths_one", "integrated_gradients"),
    ],
    "library.reading": ["weights"],
    "library.drawing": ["draw"],
    "library.travelling": ["export_model", "import_model"],
    "base.errors": ["UserError"],
}
HOME = {name: module for module, names in _NAMES.items() for name in names}
__all__ = list(HOME)


def __getattr__(name: str) -> Any:
    if name not in HOME:
        raise AttributeError(f"module 'dtlens' has no attribute '{name}'")
    return getattr(import_module(f"dtlens.{HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
