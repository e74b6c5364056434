from explorer.core.hyperparams import replace
from explorer.registry import EXPERIMENTS

SPEC = EXPERIMENTS["batch_norm"]


def headline_after(*rates: float) -> str:
    """Three steps at each learning rate."""
    run = SPEC.run(replace(SPEC.hyperparams(), {"lr": rates[0], "depth": 2}))
    for lr in rates:
        run.update(replace(run.hyperparams, {"lr": lr}))
        for _step in range(3):
            run.step()
    return SPEC.figure(run.frame(), SPEC.view_options()).headline


def test_the_headline_names_the_learning_rate_of_all_steps():
    assert headline_after(0.2).startswith("At lr 0.2 ")


def test_the_headline_blames_no_learning_rate_that_others_went_before():
    assert "lr" not in headline_after(0.2, 0.1)
    assert "lr" not in headline_after(0.2, 0.1, 0.2)


def test_a_learning_rate_that_no_step_was_taken_with_does_not_count():
    run = SPEC.run(replace(SPEC.hyperparams(), {"lr": 0.2, "depth": 2}))
    run.update(replace(run.hyperparams, {"lr": 0.1}))
    run.step()
    assert SPEC.figure(run.frame(), SPEC.view_options()).headline.startswith("At lr 0.1 ")


def test_it_is_clear_which_network_is_meant():
    run = SPEC.run(replace(SPEC.hyperparams(), {"arms": ["none", "batch_norm_no_affine"]}))
    for _step in range(40):
        run.step()
    headline = SPEC.figure(run.frame(), SPEC.view_options()).headline
    assert "BN without γβ reaches" in headline
    assert "the same network without norm" in headline
