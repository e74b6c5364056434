import threading

from explorer.worker.messages import Advance, CancelChecks, Check, Pace, Start, Taken, Update
from explorer.worker.outbox import Outbox


def left_of(*requests):
    outbox = Outbox()
    for request in requests:
        outbox.put(request)
    return [outbox.take() for _ in range(len(outbox._requests))]


def test_requests_leave_in_order():
    requests = [Start(1, "a", None), Update(1, "x"), Pace(1, True), Advance(1), Taken(1)]
    assert left_of(*requests) == requests


def test_the_newest_of_a_kind_wins():
    assert left_of(Update(1, "x"), Pace(1, True), Update(1, "y")) == [Pace(1, True), Update(1, "y")]
    assert left_of(Pace(1, True), Taken(1), Pace(1, False), Taken(1)) == [Pace(1, False), Taken(1)]


def test_steps_that_were_not_sent_add_up():
    assert left_of(Advance(1), Update(1, "x"), Advance(1, 5)) == [Update(1, "x"), Advance(1, 6)]


def test_a_hidden_run_does_not_take_the_word_from_the_one_that_is_seen():
    requests = [Start(2, "a", None), Pace(2, True), Pace(1, False)]
    assert left_of(*requests) == requests


def test_a_start_voids_what_was_asked_of_the_run_it_replaces_but_no_checks():
    before = [Start(1, "a", None), Update(1, "x"), Pace(1, True), Advance(1), Taken(1), Check("a", "c")]
    new = Start(2, "a", None, replaces=1)
    assert left_of(*before, new) == [Check("a", "c"), new]


def test_a_start_leaves_the_runs_of_other_experiments_alone():
    requests = [Start(1, "a", None), Pace(1, True), Start(2, "b", None)]
    assert left_of(*requests) == requests


def test_cancelling_voids_checks():
    assert left_of(Check("a", "c"), Taken(1), CancelChecks()) == [Taken(1), CancelChecks()]


def test_closing_wakes_whoever_waits():
    outbox, got = Outbox(), []
    thread = threading.Thread(target=lambda: got.append(outbox.take()))
    thread.start()
    outbox.close()
    thread.join(10)
    assert got == [None]
