"""The runs that tests of claims and presets need, made without the worker."""

from explorer.core.hyperparams import replace


def frame_of(spec, steps, **changes):
    """Frame of a run with these changes from the defaults, after so many steps."""
    run = spec.run(replace(spec.hyperparams(), changes))
    for _step in range(steps):
        run.step()
    return run.frame()


def results_of(spec, claim):
    """What the claim's trials measured, in order: frames, or what probes say."""
    return [
        spec.probe(t.probe)(replace(spec.hyperparams(), t.hyperparams))
        if t.probe
        else frame_of(spec, t.steps, **t.hyperparams)
        for t in claim.trials
    ]


def verdict_of(spec, claim):
    """Verdict on what the trials measured."""
    return claim.check(results_of(spec, claim))
