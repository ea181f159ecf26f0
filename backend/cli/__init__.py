"""What is typed in a shell: `tsimsh` and the tools beside it. They parse, call and print.

They must not decide anything about flows or rules: the answer comes from the simulator or the engine.
"""
