"""The names of the library, for type checkers and editors."""

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer as HookedDecisionTransformer
from dtlens.analysis.scenes.pairs import floor_ahead as floor_ahead
from dtlens.base.errors import UserError as UserError
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
from dtlens.library.names import HOME as HOME

__all__: list[str]
from dtlens.env.world import World as World
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
