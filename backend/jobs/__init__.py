"""Jobs: one submitted test each, with its states, phases and events as plain values and functions.

It must not know how a prediction or a proof is made, nor where jobs are kept: engines and stores are handed in.
States and queue do no I/O and read no clock; the time is an argument.

    queue, job = submit(queue, job)             # RefusedError: no room, and when to come back
    job = next_to_start(queue)                  # None: nobody waits, or no place is free
    queue, job = start(queue, job.id, now)      # then enter(…phase…), and finish, lose, cancel or expire
"""
