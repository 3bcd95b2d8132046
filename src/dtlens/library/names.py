"""The names of the library, by the module that has them."""

_NAMES = {
    "library.loading": ["load"],
    "analysis.lens.hooked_model": ["HookedDecisionTransformer"],
    "library.showing": ["scene", "window", "bank", "bank_world", "Shown"],
    "env.world": ["World"],
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
        *("patch_one", "patch_paths_one", "integrated_gradients"),
    ],
    "analysis.scenes.pairs": ["floor_ahead"],
    "library.reading": ["weights"],
    "library.drawing": ["draw"],
    "library.travelling": ["export_model", "import_model"],
    "base.errors": ["UserError"],
}
HOME = {name: module for module, names in _NAMES.items() for name in names}
