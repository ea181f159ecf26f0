"""Jobs under way: the conductor starts, moves and ends them, the journal keeps what happens and tells who watches.

It must not decide who is next or what may follow what (that is `backend.jobs`), nor compute an answer itself.
"""
