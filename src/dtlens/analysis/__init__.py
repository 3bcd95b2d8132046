"""What a model does, and which of its parts make it do so.

Begin with `tables`: all tables about a model's insides, each by a function of one module.
`scenes` are the states it is probed in, `lens` opens it to hooks, `behaviour` is what it does,
whole and ablated, `circuits` what its weights say, `interventions` what patching and gradients
say, `over_time` a model while it trains. `measure` and `__main__` are the stages.
"""
