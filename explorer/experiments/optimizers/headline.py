"""The measured sentence above the figure: it says what the frame shows, and claims no more."""

import numpy as np

from explorer.core.i18n import _
from explorer.core.wording import capital, counted, listed, number, percent
from explorer.experiments.optimizers.view import View

HOVERING = 60
"""Steps from which on noise has had its say."""

ENDING = ("exponential", "cosine")
"""Schedules that come to a rate of zero: then it is not the noise that keeps anybody where he is."""


def headline(view: View) -> str:
    """One sentence of at most 100 characters."""
    if view.is_network:
        return capital(_of_networks(view))
    if not view.frame.step:
        return capital(_before(view))
    if view.hp.race and view.frame.race_step == view.hp.race_steps and len(view.optimizers) > 1:
        return capital(_raced(view))
    return capital(_of_many(view) if view.n_starts > 1 else _of_one(view))


def _raced(view: View) -> str:
    """Who got lowest with the best of the rates."""
    best = view.race_loss[1].min(1)
    order = np.argsort(best)
    text = _("each at its best of {k} rates, {n} steps: {best} falls to {low}, {worst} to {high}")
    names = {"best": view.optimizers[order[0]].label, "worst": view.optimizers[order[-1]].label}
    values = {"low": number(best[order[0]]), "high": number(best[order[-1]])}
    return text.format(k=len(view.frame.race_lr), n=view.frame.race_step, **names, **values)


def _of_networks(view: View) -> str:
    """How much of the motion is seen, lest the picture oversell itself."""
    shown, n = view.frame.shown, view.frame.step
    lost = [i for i in range(len(view.optimizers)) if view.frame.diverged_at[i, 0] >= 0]
    if lost:
        return _lost(view, lost)
    if not np.isfinite(shown).any() or n < 4:
        return _("{count} networks, alike so far, in a plane through their weights").format(
            count=counted(len(view.optimizers))
        )
    most, least = int(np.nanargmax(shown)), int(np.nanargmin(shown))
    best = view.optimizers[int(view.final_loss.argmin())].label
    shares = [percent(float(shown[i])) for i in (least, most)]
    if shares[0] == shares[1]:
        text = _("the plane shows {least} of their motion (random walks: {chance}); lowest loss: {best}")
    else:
        text = _("the plane shows {least} to {most} of their motion (random walks: {chance}); lowest loss: {best}")
    return text.format(chance=percent(view.frame.shown_by_chance), best=best, least=shares[0], most=shares[1])


def _before(view: View) -> str:
    n = len(view.optimizers)
    who = _("{count} optimizers").format(count=counted(n)) if n > 1 else view.optimizers[0].label
    if view.n_starts > 1:
        return _("{who} ready at {n} starts").format(who=who, n=view.n_starts)
    if view.n_starts == 1 and not np.isfinite(view.loss[0, 0, 0]):
        return _("the loss is not finite at the start: nobody can begin there")
    text = _("{who} ready at the start: loss {loss}").format(who=who, loss=number(float(view.loss[0, 0, 0])))
    if not len(view.frame.minima):
        return text
    return text + _(", the nearest minimum {d} away").format(d=number(float(view.distance[0, 0, 0])))


def _of_one(view: View) -> str:
    lost = [i for i in range(len(view.optimizers)) if view.frame.diverged_at[i, 0] >= 0]
    if view.hp.noise and not lost and view.frame.step >= HOVERING and view.hp.schedule not in ENDING:
        return _hovering(view)
    arrived = _arrived(view)
    best = _best(view) if lost and not arrived and len(lost) < len(view.optimizers) else ""
    parts = [arrived, _held(view), _lost(view, lost), best]
    return "; ".join(p for p in parts if p) or _nobody(view)


def _hovering(view: View) -> str:
    """Where noise keeps everybody moving: the median loss of the last third."""
    late = view.loss[:, 0, view.steps >= 2 * view.frame.step / 3]
    level = np.median(late, axis=1)
    best, worst = int(level.argmin()), int(level.argmax())
    if len(level) == 1:
        text = _("{best} hovers around loss {low}, kept from the minimum by noise")
    else:
        text = _("noise keeps the losses hovering: {best} around {low}, {worst} around {high}")
    names = {"best": view.optimizers[best].label, "worst": view.optimizers[worst].label}
    return text.format(low=number(float(level[best])), high=number(float(level[worst])), **names)


def _best(view: View) -> str:
    best = int(view.final_loss.argmin())
    text = _("{name} has the lowest loss, {loss}")
    return text.format(name=view.optimizers[best].label, loss=number(view.final_loss[best]))


def _arrived(view: View) -> str:
    """Whose loss fell below the threshold, and whose first: as the race counts it."""
    hits = [(step, i) for i, step in enumerate(view.hits) if step >= 0]
    if not hits or not len(view.frame.minima):  # without a minimum no loss is low
        return ""
    n, (step, first) = len(view.optimizers), min(hits)
    values = {"level": view.level_text, "n": step}
    if len(hits) == 1:
        name = view.optimizers[first].label
        who = name if n == 1 else _("only {name}").format(name=name)
        return _("{who} falls below loss {level}, at step {n}").format(who=who, **values)
    who = _("all {n}") if len(hits) == n else _("{count} of {n}")
    who = who.format(count=counted(len(hits)), n=counted(n))
    text = _("{who} fall below loss {level}, {name} first, at step {n}")
    return text.format(who=who, name=view.optimizers[first].label, **values)


def _held(view: View) -> str:
    """Who has come to a minimum that is not low enough."""
    reached, low = view.frame.reached[:, 0], view.frame.lowest + view.threshold
    held = [i for i, k in enumerate(reached.tolist()) if k >= 0 and view.frame.minimum_loss[k] > low]
    if not held:
        return ""
    who = listed([view.optimizers[i].label for i in held]) if len(held) < 3 else counted(len(held))
    who = _("all {n}").format(n=who) if len(held) == len(reached) > 2 else who
    text = _("{who} ends at a higher minimum") if len(held) == 1 else _("{who} end at higher minima")
    return text.format(who=who)


def _lost(view: View, lost: list[int]) -> str:
    if not lost:
        return ""
    steps = [int(view.frame.diverged_at[i, 0]) for i in lost]
    if len(lost) > 2:
        return _("{count} overflow").format(count=counted(len(lost)))
    text = _("{name} overflows at step {n}") if len(lost) == 1 else _("{name} overflow by step {n}")
    return text.format(name=listed([view.optimizers[i].label for i in lost]), n=max(steps))


def _nobody(view: View) -> str:
    final = view.final_loss
    order = np.argsort(final)
    best, worst = order[0], order[-1]
    where = "" if not len(view.frame.minima) else _(", none below {level} yet").format(level=view.level_text)
    if len(order) == 1:
        text = _("{best}: loss {low} after {n} steps")
    else:
        text = _("after {n} steps losses from {low} ({best}) to {high} ({worst})")
    names = {"best": view.optimizers[best].label, "worst": view.optimizers[worst].label}
    return text.format(n=view.frame.step, low=number(final[best]), high=number(final[worst]), **names) + where


def _elsewhere(view: View) -> str:
    """All arrive, but where: how many do not end at the minimum nearest to their start."""
    start, reached = view.path[0, :, 0], view.frame.reached
    apart = np.hypot(*(start[:, None] - view.frame.minima[None]).transpose(2, 0, 1))  # (n_starts, k)
    share = ((reached != apart.argmin(1)) & (reached >= 0)).mean(1)
    most, least = int(share.argmax()), int(share.argmin())
    if percent(float(share[most])) == percent(float(share[least])):
        text = _("of {n} starts each optimizer ends {share} elsewhere than at the nearest minimum")
        return text.format(n=view.n_starts, share=percent(float(share[most])))
    text = _("of {n} starts {name} ends {share} elsewhere than at the nearest minimum, {other} {less}")
    names = {"name": view.optimizers[most].label, "other": view.optimizers[least].label}
    values = {"share": percent(float(share[most])), "less": percent(float(share[least]))}
    return text.format(n=view.n_starts, **names, **values)


def _of_many(view: View) -> str:
    there, lowest, lost = view.shares
    if len(view.frame.minima) > 1 and len(there) > 1 and np.ptp(there) < 0.05 and there.min() > 0.5:
        return _elsewhere(view)
    distinct = 0 < lowest.max() < there.max()
    share = lowest if distinct else there
    if not share.max():
        if lost.max():
            worst = int(lost.argmax())
            text = _("{name} overflows from {share} of {n} starts")
            return text.format(share=percent(lost[worst]), name=view.optimizers[worst].label, n=view.n_starts)
        text = _("{n} starts after {steps} steps: none has come to a minimum yet")
        return text.format(n=view.n_starts, steps=view.frame.step)
    best, worst = int(share.argmax()), int(share.argmin())
    goal = _("the lowest minimum") if distinct else _("a minimum")
    text = _("{name} brings {share} of {n} starts to {goal}")
    everybody = len(view.optimizers) > 1 and share[worst] == share[best]
    name = _("each optimizer") if everybody else view.optimizers[best].label
    text = text.format(name=name, share=percent(share[best]), n=view.n_starts, goal=goal)
    if share[worst] == share[best]:
        return text
    return text + _(", {name} {share}").format(name=view.optimizers[worst].label, share=percent(share[worst]))
